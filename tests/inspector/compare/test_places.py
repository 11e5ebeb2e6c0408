"""Where is looked for stores: the environment's servers, else standard ports, each named once."""

from __future__ import annotations

import pytest

from session_inspector.inspector.compare.places import (
    Place,
    address_of,
    candidates,
    family_of,
    may_be_looked_at,
    parse_places,
)

STANDARD = [
    "redis 127.0.0.1:6379",
    "postgresql 127.0.0.1:5432",
    "mongodb 127.0.0.1:27017",
    "dynamodb 127.0.0.1:8000",
]


def sought(env: dict[str, str], *named: str) -> list[Place]:
    return candidates(env, parse_places(named))


def test_without_hints_each_kind_is_sought_on_its_standard_port() -> None:
    assert [place.name for place in sought({})] == STANDARD


@pytest.mark.parametrize(
    ("env", "name", "url"),
    [
        (
            {"REDIS_URL": "redis://:pw@127.0.0.1:7000/2"},
            "redis 127.0.0.1:7000 (REDIS_URL)",
            "redis://:pw@127.0.0.1:7000/2",
        ),
        (
            {"DATABASE_URL": "postgres://me:pw@localhost/app"},
            "postgresql 127.0.0.1:5432 (DATABASE_URL)",
            "postgresql://me:pw@localhost/app",
        ),
        (
            {"DATABASE_URL": "postgresql+asyncpg://me@[::1]:5433/app"},
            "postgresql 127.0.0.1:5433 (DATABASE_URL)",
            "postgresql://me@[::1]:5433/app",
        ),
        (
            {"PGHOST": "127.0.0.1", "PGPORT": "5999"},
            "postgresql 127.0.0.1:5999 (PGHOST)",
            "postgresql://127.0.0.1:5999",
        ),
        (
            {"MONGODB_URI": "mongodb://127.0.0.1:27018/app"},
            "mongodb 127.0.0.1:27018 (MONGODB_URI)",
            "mongodb://127.0.0.1:27018/app",
        ),
        (
            {"AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8001"},
            "dynamodb 127.0.0.1:8001 (AWS_ENDPOINT_URL_DYNAMODB)",
            "dynamodb://localhost:8001/Sessions",
        ),
    ],
)
def test_the_environment_says_where(env: dict[str, str], name: str, url: str) -> None:
    found = {place.name: place for place in sought(env)}
    assert found[name].url == url
    assert len(found) == 4, "in place of the standard port, not beside it"


def test_other_kinds_in_these_variables_and_sockets_are_passed_over() -> None:
    env = {"DATABASE_URL": "mysql://h/app", "PGHOST": "/var/run/postgresql", "REDIS_URL": "x"}
    assert [place.name for place in sought(env)] == STANDARD


def test_what_is_named_is_not_sought_as_well() -> None:
    assert [p.name for p in sought({}, "redis://localhost", "mongodb://127.0.0.1/auth")] == [
        STANDARD[1],
        STANDARD[3],
    ]


def test_names_carry_no_password() -> None:
    (place,) = parse_places(["redis://:hunter2@cache.example.com", "memory://"])
    assert "hunter2" not in place.name
    env = {"DATABASE_URL": "postgres://me:hunter2@127.0.0.1/app"}
    assert all("hunter2" not in place.name for place in sought(env))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("rediss://u:p@h:1/0?x=y", ("redis", "h", 1)),
        ("redis+sentinel://h:26379/main", ("redis", "h", 26379)),
        ("postgres://h/db", ("postgresql", "h", 5432)),
        ("mongodb://[::1]/db", ("mongodb", "127.0.0.1", 27017)),
        ("redis://h:x", ("redis", "h:x", 6379)),
        ("dynamodb:///Sessions", ("dynamodb", "127.0.0.1", 8000)),
        ("my.module:Store", ("my.module:Store", "127.0.0.1", 0)),
    ],
)
def test_addresses(url: str, address: tuple[str, str, int]) -> None:
    assert address_of(url) == address


def test_kinds_and_this_machine() -> None:
    assert family_of("rediss+cluster://h") == "redis"
    local = ["redis://localhost", "redis://127.0.0.2:1", "redis://[::1]:1"]
    far = ["redis://example.com", "redis://10.0.0.1", "mongodb://127.0.0.1:1,10.0.0.1:1"]
    far += ["postgres://127.0.0.1/x?host=db.example.com", "mongodb://127.0.0.1:1,127.0.0.1:2"]
    assert [may_be_looked_at(url) for url in (*local, *far)] == [True] * 3 + [False] * 5

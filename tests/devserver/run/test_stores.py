"""Stores of an app's environment: in every form that libraries write, and where they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from session_inspector.devserver.run.stores import describe_store, find_stores

NOWHERE = Path("/app")


def urls(folder: Path = NOWHERE, **variables: str) -> list[str]:
    return [store.url for store in find_stores(variables, folder)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("redis://localhost:6379/1", "redis://localhost:6379/1"),
        ("rediss://:pw@127.0.0.1:6380", "rediss://:pw@127.0.0.1:6380"),
        ("postgres://me:pw@localhost/app", "postgres://me:pw@localhost/app"),
        ("postgresql+asyncpg://me@localhost/app", "postgresql://me@localhost/app"),
        ("postgresql+psycopg2://me@localhost/app", "postgresql://me@localhost/app"),
        ("mongodb://localhost:27017/shop", "mongodb://localhost:27017/shop"),
        ("mongodb+srv://cluster.example.com/x", "mongodb+srv://cluster.example.com/x"),
        ("jdbc:postgresql://localhost:5432/app?ssl=1", "postgresql://localhost:5432/app"),
        ("sqlite:///db.sqlite3", "sqlite:///app/db.sqlite3"),
        ("sqlite+aiosqlite:///./db.sqlite3", "sqlite:///app/db.sqlite3"),
        ("file:./dev.db?connection_limit=1", "sqlite:///app/dev.db"),
    ],
)
def test_a_store_is_known_by_its_value(text: str, url: str) -> None:
    assert urls(ANY_NAME=text) == [url]


@pytest.mark.parametrize(
    "text",
    [
        *("https://localhost:6379", "mysql://localhost/app", "redis://", "localhost:6379", ""),
        *("sqlite:///:memory:", "sqlite://", "file:///etc/", "amqp://localhost", "redis://a\x1b"),
        "jdbc:mysql://localhost/app",
    ],
)
def test_what_is_no_store_that_is_read_here_is_left_alone(text: str) -> None:
    assert urls(REDIS_URL=text) == []


def test_a_file_is_looked_for_where_frameworks_put_it(tmp_path: Path) -> None:
    (tmp_path / "prisma").mkdir()
    (tmp_path / "prisma" / "dev.db").touch()
    assert urls(tmp_path, DATABASE_URL="file:./dev.db") == [f"sqlite://{tmp_path}/prisma/dev.db"]
    there = tmp_path / "there.db"
    there.touch()
    assert urls(NOWHERE, DATABASE_URL=f"sqlite:///{there}") == [f"sqlite://{there}"]
    assert urls(NOWHERE, DATABASE_URL=f"sqlite://{there}") == [f"sqlite://{there}"]


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"REDIS_HOST": "localhost"}, "redis://localhost:6379/"),
        (
            {"REDIS_HOST": "::1", "REDIS_PORT": "7", "REDIS_PASSWORD": "a/b", "REDIS_DB": "2"},
            "redis://:a%2Fb@[::1]:7/2",
        ),
        ({"SPRING_DATA_REDIS_HOST": "127.0.0.1"}, "redis://127.0.0.1:6379/"),
        (
            {"PGHOST": "localhost", "PGUSER": "me", "PGPASSWORD": "pw", "PGDATABASE": "shop"},
            "postgresql://me:pw@localhost:5432/shop",
        ),
        (
            {"DB_CONNECTION": "pgsql", "DB_HOST": "127.0.0.1", "DB_DATABASE": "laravel"},
            "postgresql://127.0.0.1:5432/laravel",
        ),
    ],
)
def test_host_and_port_may_have_variables_of_their_own(variables: dict[str, str], url: str) -> None:
    assert [store.url for store in find_stores(variables, NOWHERE)] == [url]


def test_of_another_engine_a_host_alone_says_nothing() -> None:
    assert urls(DB_CONNECTION="mysql", DB_HOST="127.0.0.1") == []


def test_user_and_password_of_jdbc_stand_beside_it() -> None:
    found = urls(
        SPRING_DATASOURCE_URL="jdbc:postgresql://localhost/app",
        SPRING_DATASOURCE_USERNAME="me",
        SPRING_DATASOURCE_PASSWORD="p@w",
    )
    assert found == ["postgresql://me:p%40w@localhost/app"]


def test_each_is_there_once_and_what_is_named_after_sessions_comes_first() -> None:
    found = find_stores(
        {
            "DATABASE_URL": "postgres://localhost/app",
            "CACHE_URL": "redis://localhost/0",
            "REDIS_URL": "redis://localhost/0",
            "SESSION_REDIS": "redis://localhost/1",
            "SESSION_INSPECTOR_STORE": "redis://localhost/9",
        },
        NOWHERE,
    )
    assert [store.name for store in found] == ["SESSION_REDIS", "DATABASE_URL", "CACHE_URL"]


def test_a_question_names_the_place_and_no_password() -> None:
    assert describe_store("postgres://me:pw@db.example.com:5432/app") == "db.example.com:5432"
    assert describe_store("sqlite:///app/dev.db") == "/app/dev.db"


def make_sqlite(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")


def test_a_sqlite_file_is_known_by_its_path_where_it_is_one(tmp_path: Path) -> None:
    make_sqlite(tmp_path / "app.db")
    (tmp_path / "other.db").write_text("no database")
    assert urls(tmp_path, DATABASE="app.db") == [f"sqlite://{tmp_path}/app.db"]
    assert urls(tmp_path, DATABASE=str(tmp_path / "app.db")) == [f"sqlite://{tmp_path}/app.db"]
    for text in ("other.db", "missing.db", "", ".", "a\0b.db", "x" * 5000 + ".db"):
        assert urls(tmp_path, DATABASE=text) == []


def test_the_file_of_a_new_project_is_found_without_a_variable(tmp_path: Path) -> None:
    make_sqlite(tmp_path / "db.sqlite3")
    make_sqlite(tmp_path / "database" / "database.sqlite")
    (found, other) = find_stores({}, tmp_path)
    assert (found.name, found.url) == ("db.sqlite3", f"sqlite://{tmp_path}/db.sqlite3")
    assert other.name == "database/database.sqlite"
    assert urls(tmp_path, DATABASE_URL="sqlite:///db.sqlite3")[0] == found.url
    assert len(urls(tmp_path, DATABASE_URL="sqlite:///db.sqlite3")) == 2, "each once"

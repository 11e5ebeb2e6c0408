"""PostgreSQL's TIMESTAMP has no zone: it means what the app's `expires_at > NOW()` makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.engines import PostgresServer
from tests.seed.app import SeedApp, seed_app
from tests.seed.engines import PostgresEngine
from tests.seed.rows import session_of

ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati")
MINUTES = (-600, -61, -1, 1, 61, 600)
"""From now to the end of each row."""


@pytest.fixture(params=ZONES)
def engine(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> PostgresEngine:
    found = PostgresEngine(postgres_server, request.param)
    for minutes in MINUTES:
        found.execute(
            "INSERT INTO sessions (id, data, expires_at)"
            f" VALUES ($1, $2, NOW() + INTERVAL '{minutes} min')",
            str(minutes),
            json.dumps(session_of("alice")),
        )
    return found


@pytest.fixture(params=["UTC", "America/Los_Angeles"])
def app(request: pytest.FixtureRequest, engine: PostgresEngine) -> Iterator[SeedApp]:
    with seed_app("postgres", engine.app_url, TZ=request.param) as found:
        yield found


def test_a_row_is_live_exactly_when_the_class_gives_it(
    engine: PostgresEngine, app: SeedApp, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(parse(["sessions", "list", "--reveal", "--json", "--store", engine.url])) == 0
    rows = json.loads(capsys.readouterr().out)
    live = {row["id"] for row in rows if row["state"] == "live"}
    assert live == {str(minutes) for minutes in MINUTES if app.get(str(minutes)) is not None}
    assert live == {str(minutes) for minutes in MINUTES if minutes > 0}


def test_prune_deletes_what_the_class_refuses_and_nothing_else(
    engine: PostgresEngine, app: SeedApp, capsys: pytest.CaptureFixture[str]
) -> None:
    accepted = {str(minutes) for minutes in MINUTES if app.get(str(minutes)) is not None}
    assert run(parse(["stores", "prune", engine.url, "--yes"])) == 0
    assert "3 expired" in capsys.readouterr().out
    assert engine.raw().keys() == accepted


def test_check_says_in_which_zone_the_ends_are_read(
    engine: PostgresEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    (zone,) = engine.execute("SHOW timezone")[0]
    assert run(parse(["stores", "check", engine.url])) == 0
    assert f"zone {zone}" in capsys.readouterr().out


def test_another_zone_can_be_named_as_the_app_names_it(
    engine: PostgresEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(parse(["stores", "check", f"{engine.url}?timezone=Asia/Tokyo"])) == 0
    assert "zone Asia/Tokyo" in capsys.readouterr().out


def test_an_empty_end_is_no_login(
    postgres_server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = PostgresEngine(postgres_server)
    engine.execute("ALTER TABLE sessions ALTER COLUMN expires_at DROP NOT NULL")
    text = json.dumps(session_of("alice"))
    engine.execute("INSERT INTO sessions (id, data, expires_at) VALUES ('a', $1, NULL)", text)
    with seed_app("postgres", engine.app_url) as app:
        assert app.get("a") is None
    assert run(parse(["sessions", "list", "--json", "--store", engine.url])) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["state"], row["expires"]) == ("expired", None)
    assert "its end is empty" in row["note"]

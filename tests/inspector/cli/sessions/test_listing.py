"""`sessions list` a page at a time, on real stores, as a script runs it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import sqlite3
from pathlib import Path

import pytest
import redis

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.querying.cursors import unpack_cursor
from session_inspector.devserver.stores.querying.sources import Keep, Portion
from session_inspector.devserver.stores.urls import open_store
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.cli.sessions.listing import RowListing, print_listing
from tests.contracts.store import session
from tests.engines import DynamoServer
from tests.servers import RedisServer

SOON = 4_000_000_000


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(parse(["sessions", "list", *words]))
    out, err = capsys.readouterr()
    return code, out, err


def page(capsys: pytest.CaptureFixture[str], url: str, *words: str) -> dict[str, object]:
    code, out, err = call(capsys, "--store", url, "--json", *words)
    assert code == 0, err
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def ids(count: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(count)]


@pytest.fixture
def own(tmp_path: Path) -> str:
    """Return the URL of a file with 25 rows of our own layout."""
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL,"
            " expires_at TIMESTAMP NOT NULL)"
        )
        for number, key in enumerate(ids(25)):
            data = json.dumps(session(f"user{number}"))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (key, data, SOON))
    db.close()
    return f"sqlite://{path}"


@pytest.fixture
def foreign(server: RedisServer, client: redis.Redis) -> str:
    """Return the URL of a Redis with 25 rows of connect-redis."""
    for number, key in enumerate(ids(25)):
        row = {"cookie": {}, "user": {"sub": f"user{number}"}}
        client.set(f"sess:{key}", json.dumps(row), ex=900)
    return server.url


@pytest.mark.parametrize("name", ["own", "foreign"])
def test_pages_bring_every_row_once_and_no_cursor_is_a_login(
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest, name: str
) -> None:
    url = request.getfixturevalue(name)
    users: list[object] = []
    cursor: object = None
    sizes: list[int] = []
    while True:
        after = ["--after", str(cursor)] if cursor else []
        found = page(capsys, url, "--limit", "10", *after)
        rows = found["rows"]
        assert isinstance(rows, list)
        users += [row["user"] for row in rows]
        sizes.append(len(rows))
        cursor = found["next"]
        assert not any(key[:12] in json.dumps(found) for key in ids(25))
        if cursor is None:
            break
    assert sizes[:2] == [10, 10]
    assert sorted(map(str, users)) == sorted(f"user{number}" for number in range(25))
    assert found["has_more"] is False


def test_a_filter_says_who_has_answered(capsys: pytest.CaptureFixture[str], own: str) -> None:
    found = page(capsys, own, "--limit", "5", "--filter", "user:user7 size:<1k")
    assert [row["user"] for row in found["rows"]] == ["user7"]  # type: ignore[attr-defined]  # JSON
    assert found["filtered_by"] == (
        "user: by SQLite, and checked here; size: each row was read and checked here"
    )
    assert found["looked_at"] == 25


def test_without_a_limit_it_is_a_list_of_all_rows_that_fit(
    capsys: pytest.CaptureFixture[str], own: str
) -> None:
    code, out, _ = call(capsys, "--store", own, "--json", "--filter", "user:user1")
    assert code == 0
    assert len(json.loads(out)) == 11  # user1, user10 … user19
    code, out, _ = call(capsys, "--store", own, "--json", "--filter", "user:nobody")
    assert (code, json.loads(out)) == (0, [])


def test_on_a_terminal_the_next_page_is_named(capsys: pytest.CaptureFixture[str], own: str) -> None:
    _, out, _ = call(capsys, "--store", own, "--limit", "20")
    heading, *rows, count, more = out.splitlines()
    assert heading.split() == ["session", "state", "user", "size", "ends", "in"]
    assert heading.index("user") == rows[0].index("user")
    assert (len(rows), count) == (20, "20 sessions")
    _, out, _ = call(capsys, "--store", own, "--limit", "20", *more.split()[1:])
    assert out.splitlines()[-1] == "5 sessions"


@pytest.mark.parametrize(
    "words",
    [
        ("--after", "no cursor"),
        ("--after", "x" * 5000),
        ("--filter", "users:zoe"),
        ("--filter", "size:>4k", "--after", "PAGE"),
    ],
)
def test_what_is_wrong_is_one_line(
    capsys: pytest.CaptureFixture[str], own: str, words: tuple[str, ...]
) -> None:
    cursor = str(page(capsys, own, "--limit", "5")["next"])
    given = [cursor if word == "PAGE" else word for word in words]
    code, out, err = call(capsys, "--store", own, "--json", "--limit", "5", *given)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Fix:" in err


def test_where_a_cursor_is_an_id_it_is_told_only_where_ids_are(
    capsys: pytest.CaptureFixture[str], dynamodb_server: DynamoServer
) -> None:
    url = f"dynamodb://127.0.0.1:{dynamodb_server.port}/Listed"
    asyncio.run(fill_table(url))
    capsys.readouterr()
    code, out, err = call(capsys, "--store", url, "--json", "--limit", "2")
    found = json.loads(out)
    assert (code, found["next"], found["has_more"]) == (0, None, True)
    assert "--reveal" in err
    shown = page(capsys, url, "--limit", "2", "--reveal")
    rest = page(capsys, url, "--limit", "9", "--reveal", "--after", str(shown["next"]))
    assert len(shown["rows"] + rest["rows"]) == 5  # type: ignore[operator]  # JSON


async def fill_table(url: str) -> None:
    store = await open_store(url, SystemClock(), may_create=True)
    for key in ids(5):
        await store.create(SessionId(key), Record(data=session("zoe"), expires=SOON))
    await store.close()


class Stopped:
    """A store in which ctrl+c is pressed while the second portion is read."""

    how = "each row was read and checked here"
    stability = ""

    async def read(self, position: str | None, most: int, keep: Keep[int]) -> Portion[int]:
        if position is not None:
            signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        return Portion(rows=[1, 2], position="10", looked=10)

    async def disclose(self, position: str) -> str | None:
        return position


def test_ctrl_c_leaves_what_was_found_and_where_it_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listing = RowListing(
        source=Stopped(),
        keep=lambda row: True,
        scope="a list",
        summarise=lambda rows: [{"row": row} for row in rows],
        to_line=str,
        heading="ROW",
        noun="row",
    )
    asked = parse(["sessions", "list", "--json", "--limit", "5"])
    with pytest.raises(KeyboardInterrupt):  # exit code 130
        asyncio.run(print_listing(asked, listing))
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["looked_at"]) == ([{"row": 1}, {"row": 2}], 10)
    assert unpack_cursor(found["next"], "a list") == "10"

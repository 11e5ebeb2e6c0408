"""`stores`: what kinds there are, what one holds, and nothing changed unasked."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.stores.base import Record, SessionId, Store
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from session_inspector.devserver.stores.survey import percentiles
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.contracts.store import session
from tests.servers import RedisServer, free_port


def call(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = run(parse(["stores", *argv]))
    out, err = capsys.readouterr()
    return int(code), out, err


async def filled(path: Path) -> str:
    url = f"sqlite://{path}"
    clock = SystemClock()
    store: Store = await SqliteStore.open(url, clock, may_create=True)
    now = clock.now()
    for name, expires in (("a", now + 600), ("b", now + 600), ("c", now - 1), ("d", None)):
        await store.create(SessionId(name), Record(data=session(name), expires=expires))
    await store.close()
    return url


def test_every_scheme_is_listed_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "--json")
    found = {row["scheme"]: row for row in json.loads(out)}
    assert code == 0
    assert {"sqlite", "redis", "redis+cluster", "postgresql", "mongodb", "dynamodb"} <= set(found)
    assert found["sqlite"] == {
        "scheme": "sqlite",
        "is_installed": True,
        "source": "built in",
        "fix": "",
    }


def test_a_missing_driver_names_its_fix(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "session_inspector.devserver.stores.urls.DRIVERS",
        {n: "no_such_module" for n in ("redis", "postgres", "mongodb", "dynamodb")},
    )
    _, out, _ = call(capsys)
    assert "missing · pip install 'session-inspector[postgres]'" in out


async def test_check_counts_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = await filled(tmp_path / "s.db")
    before = (tmp_path / "s.db").read_bytes()
    code, out, _ = await asyncio.to_thread(call, capsys, "check", url, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["reachable"]
    assert found["layout"] == "table sessions (id, data, expires_at as text)"
    counts = [found[name] for name in ("live", "expired", "without_ttl", "unreadable")]
    assert counts == [2, 1, 1, 0]
    assert found["oldest"] == 1_760_000_000
    assert set(found["sizes"]) == {"50", "95", "99", "100"}
    assert (tmp_path / "s.db").read_bytes() == before


async def test_prune_only_counts_until_it_is_told_to(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = await filled(tmp_path / "s.db")
    _, out, _ = await asyncio.to_thread(call, capsys, "prune", url, "--orphans")
    assert out == (
        "would delete 1 expired sessions and 1 orphans\nnothing was changed; --yes does it\n"
    )
    _, out, _ = await asyncio.to_thread(call, capsys, "prune", url, "--yes")
    assert out == "deleted 1 expired sessions\n"


@pytest.mark.parametrize("action", ["check", "create", "prune"])
def test_a_store_that_does_not_answer_is_2_on_stderr(
    capsys: pytest.CaptureFixture[str], action: str
) -> None:
    code, out, err = call(capsys, action, f"redis://127.0.0.1:{free_port()}")
    assert (code, out) == (2, "")
    assert err.startswith("session-inspector: Redis: ")


def test_a_store_that_does_not_answer_is_json_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"redis://127.0.0.1:{free_port()}"
    code, out, err = call(capsys, "check", url, "--json")
    assert (code, json.loads(out)["reachable"], "Redis" in err) == (2, False, True)


def test_json_is_for_every_action_and_stands_before_it_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite://{tmp_path}/s.db"
    for words in (["create", url, "--json"], ["--json", "check", url], ["check", url, "--json"]):
        code, out, _ = call(capsys, *words)
        assert (code, json.loads(out)["store"]) == (0, url)


def test_check_says_how_changes_are_heard_of(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer
) -> None:
    code, out, err = call(capsys, "check", redis_server.url, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["changes"] == "polling twice a second"


def test_create_makes_the_table_that_check_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "new.db").touch()
    url = f"sqlite://{tmp_path}/new.db"
    code, _, err = call(capsys, "check", url)
    assert code == 2
    assert "nothing is created unasked. Fix: session-inspector stores create" in err
    assert call(capsys, "create", url)[0] == 0
    assert call(capsys, "check", url)[0] == 0


def test_percentiles_are_nearest_rank() -> None:
    assert percentiles([]) == {}
    assert percentiles([7]) == {50: 7, 95: 7, 99: 7, 100: 7}
    assert percentiles(list(range(1, 101))) == {50: 50, 95: 95, 99: 99, 100: 100}

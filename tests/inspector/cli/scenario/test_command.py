"""Scenarios and the comparison, played against a real lab."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.lab.scenarios import SCENARIOS
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.servers import RedisServer, free_port

GOOD = {scenario.name for scenario in SCENARIOS if not scenario.needs_browser}
BAD_WHEN_STATELESS = {"logout-race", "stolen-cookie", "store-down"}


def played(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, dict[str, object]]:
    code = run(parse(["scenario", *argv, "--json"]))
    return int(code), json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_each_scenario_has_steps_and_the_verdict_it_must_have(
    capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    code, answer = played(capsys, name, "--kind", kind, "--count", "12")
    is_good = kind == "stateful" or name not in BAD_WHEN_STATELESS
    assert (code, answer["ok"]) == (0 if is_good else 1, is_good), answer
    assert answer["verdict"]
    assert answer["steps"]


def test_a_revocation_list_ends_stateless_sessions_too(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("logout-race", "stolen-cookie"):
        code, answer = played(capsys, name, "--kind", "stateless", "--revocation", "store")
        assert code == 0, answer


def test_a_scenario_in_redis(capsys: pytest.CaptureFixture[str], redis_server: RedisServer) -> None:
    code, answer = played(capsys, "stampede", "--store", redis_server.url)
    assert code == 0, answer


def test_the_list_and_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse(["scenario"])) == 0
    names = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert names == {scenario.name for scenario in SCENARIOS}
    assert len({scenario.key for scenario in SCENARIOS}) == len(SCENARIOS)
    assert run(parse(["scenario", "second-tab"])) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("✔ ")
    assert run(parse(["scenario", "nonsense"])) == 2
    assert "must be one of logins" in capsys.readouterr().err


@pytest.fixture
def nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names ports where nothing listens, in place of the standard ones."""
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://127.0.0.1:{free_port()}/app")
    monkeypatch.setenv("MONGODB_URI", f"mongodb://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{free_port()}")


@pytest.mark.usefixtures("nothing_there")
def test_compare_measures_each_and_says_what_it_could_not(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer
) -> None:
    gone = "redis://127.0.0.1:1"
    code = run(parse(["compare", "--json", redis_server.url, gone]))
    rows = {row["carrier"]: row for row in json.loads(capsys.readouterr().out)}
    assert code == 2, "a store that cannot be reached, as everywhere"
    named = [redis_server.url, gone]
    assert list(rows)[:5] == ["stateless", "memory", "sqlite (a private file)", *named]
    assert [row["source"] for row in rows.values()] == [
        *["always"] * 3,
        *["named"] * 2,
        *["absent"] * 4,
    ]
    assert "does not answer" in rows[gone]["problem"]
    stateless = rows["stateless"]
    stateful = rows[redis_server.url]
    assert stateless["cookie_bytes"] > 1000 > stateful["cookie_bytes"] > 100
    assert (stateless["is_revocable"], stateful["is_revocable"]) == (False, True)
    assert "WORKS ON" in stateless["left"]
    assert stateful["left"] == "no row, a stolen copy is dead"
    assert stateful["writes"] == 1.0
    assert 0 < stateful["read"][0] <= stateful["read"][1]


@pytest.mark.usefixtures("nothing_there")
def test_compare_finds_what_runs_here_and_says_so_first(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    assert run(parse(["compare"])) == 0, "what is absent is no failure"
    out, err = capsys.readouterr()
    lines = out.splitlines()
    name = f"redis 127.0.0.1:{redis_server.port} (REDIS_URL)"
    assert f"found {name}: measured in a table or prefix session_inspector_measure_" in err
    assert [line.split()[0] for line in lines[:5]] == [
        "carrier",
        "stateless",
        "memory",
        "sqlite",
        "redis",
    ]
    assert lines[4].endswith("no row, a stolen copy is dead")
    assert [line.rpartition(": ")[2] for line in lines[5:]] == ["nothing listens"] * 3


def test_compare_looks_for_nothing_when_told_so(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    assert run(parse(["compare", "--only-named", "--json"])) == 0
    out, err = capsys.readouterr()
    assert [row["source"] for row in json.loads(out)] == ["always"] * 3
    assert err == ""

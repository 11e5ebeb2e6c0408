"""The runner of golden cases notices every member that is wrong: it never passes for nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.registry import load_decoders
from tests.vectors.formats import FormatCase, is_equal, run_format_case
from tests.vectors.run import run_file
from tests.vectors.test_formats import FILE

RAW: list[JsonObject] = json.loads(FILE.read_text())
DECODERS = load_decoders()
OPENED = [raw for raw in RAW if raw["outcome"] == "ok"]


def spoiled(raw: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield (what was spoiled, the case) for each member that a runner has to look at."""
    yield "expired", {**raw, "expired": not raw.get("expired")}
    yield "format", {**raw, "format": "another-format"}
    for outcome in ("tampered", "wrong-secret", "orphan-chunks", "unheard-of"):
        yield outcome, {**raw, "outcome": outcome}
    yield from _spoil_numbers(raw)
    yield from _spoil_texts(raw)
    yield from _spoil_tables(raw)


def _spoil_numbers(raw: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for name in ("iat", "uat", "exp", "chunks"):
        value = raw.get(name)
        if isinstance(value, (int, float)):
            yield name, {**raw, name: value + 1}


def _spoil_texts(raw: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for name in ("session_id", "expected", "purpose", "expected_marshal_b64"):
        value = raw.get(name)
        if isinstance(value, str):
            yield name, {**raw, name: f"{value}x"}


def _spoil_tables(raw: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for name in ("expected", "expected_subset", "header"):
        table = raw.get(name)
        if isinstance(table, dict):
            for key in table:
                yield f"{name}.{key}", {**raw, name: {**table, key: _other(table[key])}}
    table = raw.get("expected")
    if isinstance(table, dict):
        yield "a member less", {**raw, "expected": {**table, "new": None}}


def _other(value: Json) -> Json:
    """Return a value that only a strict comparison tells apart, as deep as it goes."""
    match value:
        case dict() if value:
            first = next(iter(value))
            return {**value, first: _other(value[first])}
        case list() if value:
            return [*value[:-1], _other(value[-1])]
        case bool():
            return int(value)
        case int() | float():
            return value + 1
        case _:
            return f"{value}x"


@pytest.mark.parametrize("raw", OPENED, ids=lambda raw: str(raw["name"]))
def test_each_member_that_is_wrong_is_noticed(raw: JsonObject) -> None:
    for what, wrong in spoiled(copy.deepcopy(raw)):
        assert run_format_case(FormatCase(wrong, DECODERS)), f"{what} is not looked at"


def test_each_refusal_that_is_none_is_noticed() -> None:
    for raw in RAW:
        if raw["outcome"] != "ok":
            assert run_format_case(FormatCase({**raw, "outcome": "ok"}, DECODERS)), raw["name"]


def test_a_changed_row_is_noticed() -> None:
    seen = 0
    for raw in OPENED:
        for member in ("store", "store_b64"):
            rows = raw.get(member)
            if isinstance(rows, dict) and raw["format"] != "django-cached-db":
                seen += 1
                wrong = {**raw, member: {}}
                assert run_format_case(FormatCase(wrong, DECODERS)), raw["name"]
    assert seen > 10


def test_true_is_not_one() -> None:
    assert is_equal({"a": [1.0, True]}, {"a": [1, True]})
    assert not is_equal({"a": True}, {"a": 1})


def test_a_case_that_cannot_run_fails_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken: JsonObject = {"name": "broken", "format": "flask-session-cookie", "outcome": "ok"}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([broken, RAW[0]]))
    assert run_file(path) == 1
    out = capsys.readouterr().out
    assert "broken: raised KeyError" in out
    assert out.endswith("1 passed, 1 failed\n")

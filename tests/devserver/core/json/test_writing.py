"""What goes out as JSON is JSON, whatever is in it."""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from types import FrameType

import pytest

from session_inspector.devserver.core.json.writing import FEW, harmless_json, strict_json

HOUSE = Path(__file__).parents[4]
OWN_FORM = {
    "devserver/attach/rows/mongodb/documents.py",
    "devserver/cookies/jstext.py",
    "devserver/core/json/reading.py",
    "devserver/core/json/writing.py",
    "devserver/decoders/codecs/json_text.py",
    "devserver/decoders/formats/js/authjs.py",
    "devserver/decoders/formats/python/django.py",
    "devserver/settings.py",
    "devserver/stores/rows.py",
    "devserver/stores/splice.py",
}
"""Who writes cookies and rows in their own form, or a copy in memory; nobody reads it as ours."""


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def strictly(text: str) -> object:
    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize(
    "odd",
    [math.nan, math.inf, -math.inf, 10**5000, -(10**5000)],
    ids=lambda odd: type(odd).__name__,
)
def test_a_number_that_json_has_not_is_null(odd: float) -> None:
    value = {"a": [1, odd, {"b": odd}], "c": (odd,), "d": True}
    wanted = {"a": [1, None, {"b": None}], "c": [None], "d": True}
    assert strictly(strict_json(value)) == wanted
    assert strictly(harmless_json(value, indent=2)) == wanted


@pytest.mark.parametrize(
    "text",
    ["a\x7f\u202eb\u202e", "".join(map(chr, range(0xD800, 0xD800 + 2 * FEW)))],
    ids=["few", "many"],
)
def test_what_a_terminal_does_not_take_is_escaped_however_many_there_are(text: str) -> None:
    written = harmless_json(f"é{text}é")
    assert strictly(written) == f"é{text}é"
    assert written == "".join(
        ['"é', *(f"\\u{ord(c):04x}" if c not in "ab" else c for c in text), 'é"']
    )


def test_a_flood_of_it_takes_no_call_for_each() -> None:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        harmless_json("x\u202e" * 10_000)
    finally:
        sys.setprofile(before)
    assert calls < 100


def test_all_else_is_written_as_the_standard_library_does() -> None:
    value = {"a": [1, 2.5, None, True, "é"], "b": {}}
    assert strict_json(value, separators=(",", ":")) == json.dumps(value, separators=(",", ":"))


def test_nobody_else_writes_json() -> None:
    found = {
        path.relative_to(HOUSE).as_posix()
        for top in ("devserver", "inspector")
        for path in (HOUSE / top).rglob("*.py")
        if re.search(r"\bjson\.dumps?\(|from json import", path.read_text(encoding="utf-8"))
    }
    assert found <= OWN_FORM, "use core.json.writing: it never writes NaN"

"""Flask's and Starlette's cookies, told apart by how they are written, before any secret."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.base64_text import to_base64, to_base64url
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.formats.python.json_style import find_style
from session_inspector.devserver.decoders.formats.python.starlette import StarletteDecoder
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, recognise

STAMP_AND_SIGNATURE = "aW5N0Q._TXu2-TVmlFqt9qizWPu_Dfr3nM"
SPACED = json.dumps({"user": "aaa"}).encode()
COMPACT = b'{"user":"ab"}  '.strip() + b"\n\n"
DECODERS = load_decoders()


def certain(value: str) -> list[str]:
    found = recognise(DECODERS, {"session": f"{value}.{STAMP_AND_SIGNATURE}"})
    return [name for name, claim in found if claim.is_certain]


def possible(value: str) -> set[str]:
    found = recognise(DECODERS, {"session": f"{value}.{STAMP_AND_SIGNATURE}"})
    return {name for name, claim in found if not claim.is_certain}


@pytest.mark.parametrize(
    ("start", "style"),
    [
        (b'{"user": "a"}', "spaced"),
        (b'{"user":"a"}', "compact"),
        (b'{"us\\"er\\": ":1}', "compact"),
        (b'{"a:b": 1', "spaced"),
        (b"{}", "unknown"),
        (b'{"a long na', "unknown"),
        (b'{"user":', "unknown"),
    ],
)
def test_the_byte_after_the_first_colon_tells_the_style(start: bytes, style: str) -> None:
    assert find_style(start) == style


def test_spaced_json_without_padding_looks_like_starlette_and_could_be_flask() -> None:
    value = to_base64(SPACED)
    assert "=" not in value
    assert certain(value) == ["starlette"]
    assert "flask" in possible(value)


def test_compact_json_looks_like_flask_and_could_be_starlette() -> None:
    value = to_base64url(COMPACT)
    assert certain(value) == ["flask"]
    assert "starlette" in possible(value)


def test_an_empty_session_looks_like_both() -> None:
    value = to_base64url(b"{} ")
    assert sorted(certain(value)) == ["flask", "starlette"]


def test_a_long_first_name_looks_like_both() -> None:
    value = to_base64url(b'{"' + b"n" * 400 + b'": 1}')
    assert sorted(certain(value)) == ["flask", "starlette"]


def test_starlette_is_sealed_as_json_dumps_writes_it() -> None:
    payload: JsonObject = {"user": "Zoë", "n": [1, 2]}
    (decoder,) = load_decoders(["starlette"])
    value = f"{to_base64(SPACED)}.{STAMP_AND_SIGNATURE}"
    found = open_cookies([decoder], Material(cookies={"session": value}, now=1_800_000_000))
    found.payload.clear()
    found.payload.update(payload)
    sealed = StarletteDecoder().seal(found, ["secret"])
    text = sealed["session"].split(".")[0]
    assert text == to_base64(json.dumps(payload).encode())
    assert parse_object(json.dumps(payload)) == payload

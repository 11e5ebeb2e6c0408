"""Cases of what `python/options.py` prints: options that people set."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.json_text import parse_object

FLASK = {"format": "flask-options", "family": "flask", "generator": "Flask 3.1.3"}
OWN = {"format": "itsdangerous", "family": "flask", "generator": "itsdangerous 2.2.0"}
PYRAMID = {"format": "pyramid", "family": "pyramid", "generator": "pyramid 2.1"}
TORNADO = {"format": "tornado-1", "family": "tornado-1", "generator": "tornado 6.6.1"}
FLASK_OWN = {"called": "Flask"}
ITSDANGEROUS = {"called": "itsdangerous", "looks_as": "Flask"}
AIOHTTP = "aiohttp-session 2.12.1"


def to_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of one line."""
    kind = str(line["kind"])
    case: JsonObject = {
        "name": kind,
        "minted_at": line["at"],
        "cookies": line["cookies"],
        "secret": line.get("secret"),
    }
    yield {**case, **_describe(kind, line)}


def _describe(kind: str, line: JsonObject) -> JsonObject:
    expected = line.get("expected")
    match kind.partition("-")[0]:
        case "flask":
            called = FLASK_OWN if kind.startswith("flask-sha") else ITSDANGEROUS
            return {**FLASK, **called, "readable": True, "expected": expected}
        case "itsdangerous":
            return {**OWN, **ITSDANGEROUS, "readable": True, "expected": expected}
        case "pyramid":
            return {**PYRAMID, "called": "Pyramid", "readable": True, "expected": expected}
        case "tornado":
            return _describe_tornado(line)
        case _:
            return _describe_aiohttp(kind, line)


def _describe_tornado(line: JsonObject) -> JsonObject:
    value = str(line["value"])
    shown: Json = parse_object(value)
    if shown is None:
        shown = {"value": value}
    tags: list[Json] = ["bound", "shared"]
    content: JsonObject = {"called": "Tornado (version 1)", "tags": tags, "expected": shown}
    return {**TORNADO, "name": f"tornado-1-{value[:3]}", "iat": line["at"], **content}


def _describe_aiohttp(kind: str, line: JsonObject) -> JsonObject:
    name = "aiohttp-session-plain" if kind == "aiohttp-plain" else "aiohttp-session-nacl"
    called = "aiohttp-session (plain)" if kind == "aiohttp-plain" else "aiohttp-session (NaCl)"
    content: JsonObject = {"iat": line["created"], "expected": line["expected"]}
    tags: list[Json] = ["named", "shared"]
    if kind == "aiohttp-plain":
        tags = ["shared"]
        content["readable"] = True
    return {
        "format": name,
        "family": name,
        "called": called,
        "tags": tags,
        "generator": AIOHTTP,
        **content,
    }

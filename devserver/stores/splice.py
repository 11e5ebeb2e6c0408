"""One member of a JSON text replaced; every other byte stays."""

from __future__ import annotations

import json
import re

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def splice_member(text: str, path: tuple[str, ...], value: int | str) -> str | None:
    """Return a JSON text with a value in the place of a member, added where it is missing.

    None: it is no JSON object, or has none on the way to the member. Of a name that stands twice,
    the last counts, as for every parser.
    """
    try:
        return _splice(text, _skip(text, 0), path, json.dumps(value))
    except (ValueError, RecursionError, IndexError):
        return None


def _splice(text: str, start: int, path: tuple[str, ...], value: str) -> str | None:
    """Replace the member of an object that begins at `start`. Raises: ValueError, IndexError."""
    if text[start] != "{":
        return None
    name, *rest = path
    members, end = _scan_object(text, start)
    if name in members:
        first, last = members[name]
        if rest:
            return _splice(text, first, tuple(rest), value)
        return f"{text[:first]}{value}{text[last:]}"
    if rest:
        return None
    comma = "," if members else ""
    return f"{text[:end]}{comma}{json.dumps(name)}:{value}{text[end:]}"


def _scan_object(text: str, start: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Return ({name: (start, end) of its value}, where the closing brace is)."""
    members: dict[str, tuple[int, int]] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # behind the colon
        _, end = _DECODER.raw_decode(text, at)
        members[name] = (at, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return members, at


def _skip(text: str, at: int) -> int:
    """Return where the next token begins."""
    found = _SPACE.match(text, at)
    if found is None:
        return at
    return found.end()

"""NaN, Infinity and -Infinity: Python writes and reads them, JSON has none of them (RFC 8259 §6).

JSON.parse throws at one, and so do PHP, Go and most of Java: an app whose framework reads JSON
strictly has no session of a content with one, however good its seal is.
"""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.json.reading import name_constant
from session_inspector.devserver.core.json.trees import find_member
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.traits import JsonReader

CODE = "not_json"
LONGEST_PLACE = 60
"""Characters of a member's place that are named."""


def check_opened(found: Decoded, reader: JsonReader) -> Decoded:
    """Return what was opened, with a note where it is not known how its servers read it.

    Raises: DecodeError for what they refuse: not_json of what is verified, else tampered.
    """
    if reader == "lenient":
        return found
    why = describe_constant({"header": found.header, "payload": found.payload})
    if not why:
        return found
    if reader == "strict":
        raise DecodeError(
            f"it {why}: its framework refuses it, and the app reads no session",
            code=CODE if found.is_verified else "tampered",
            payload=found.payload,
        )
    note = f"it {why}: JSON.parse and most others refuse it, Python's json reads it"
    return replace(found, notes=(*found.notes, note))


def check_strict(tree: JsonObject | None, *, is_verified: bool = True) -> None:
    """Check a text of JSON of which only a part is shown: the rest of it is read strictly, too.

    Raises: DecodeError for what holds no JSON: not_json of what is verified, else tampered.
    """
    why = describe_constant(tree or {})
    if why:
        raise DecodeError(
            f"it {why}: its framework refuses it, and the app reads no session",
            code=CODE if is_verified else "tampered",
        )


def check_row(data: JsonObject, reader: JsonReader) -> None:
    """Raises: DecodeError (not_json) for the content of a row that its framework refuses."""
    if reader != "strict":
        return
    why = describe_constant(data)
    if why:
        raise DecodeError(f"the row {why}", code=CODE, payload=data)


def describe_constant(tree: JsonObject) -> str:
    """Return `holds NaN at score, which is no JSON`; empty where no such text was read."""
    names: list[str] = []

    def is_wanted(value: object) -> bool:
        name = name_constant(value)
        if name:
            names.append(name)
        return bool(name)

    place = find_member(tree, is_wanted)
    if not place:
        return ""
    return f"holds {names[-1]} at {place[:LONGEST_PLACE]}, which is no JSON"

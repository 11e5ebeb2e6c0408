"""JSON of cookies and rows: whatever cannot be read is no exception but None."""

from __future__ import annotations

import json

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.json.reading import CUT, read_js_json, read_json
from session_inspector.devserver.core.values import Json, JsonObject


def parse_json(raw: bytes | str) -> Json:
    """Return the JSON value of a text.

    Raises: ValueError for what is none.
    """
    return read_json(raw)


def parse_object(raw: bytes | str) -> JsonObject | None:
    """Return a JSON object, None for anything else."""
    try:
        return as_object(parse_json(raw))
    except ValueError:
        return None


def parse_js_object(raw: bytes) -> JsonObject | None:
    """Return the object that JSON.parse makes of a row; None: it refuses it, or it is no object."""
    try:
        return as_object(read_js_json(raw))
    except ValueError:
        return None


def as_object(value: Json) -> JsonObject | None:
    """Return a value that is an object, None for any other."""
    if isinstance(value, dict):
        return value
    return None


def object_member(parent: JsonObject | None, name: str) -> JsonObject:
    """Return a member that is an object; an empty one when it is missing or something else."""
    found = (parent or {}).get(name)
    if isinstance(found, dict):
        return found
    return {}


def parse_readable(raw: bytes) -> JsonObject:
    """Return what a signed, readable format holds.

    Raises: DecodeError (tampered): no secret is needed to see that the content was changed;
    not_a_session for a list, a text or a number.
    """
    try:
        found = parse_json(raw)
    except ValueError as error:
        raise DecodeError(
            "its content is no JSON: the content was changed or cut, whatever the secret is",
            code="tampered",
        ) from error
    if not isinstance(found, dict):
        raise DecodeError("its content is JSON, and no object: no session", code="not_a_session")
    return found


def compact_json(value: Json, *, is_ascii: bool = False) -> bytes:
    """Return JSON without spaces, in UTF-8, as the cookie's own framework writes it.

    `is_ascii` escapes all other letters.

    Raises: DecodeError (not_sealable) for a content that was not read whole.
    """
    text = json.dumps(value, ensure_ascii=is_ascii, separators=(",", ":"))
    _check_whole(text, is_ascii=is_ascii)
    return text.encode("utf-8", "replace")


def spaced_json(value: Json) -> bytes:
    """Return JSON as Python's json.dumps writes it by default: with spaces, in ASCII.

    Raises: DecodeError (not_sealable) for a content that was not read whole.
    """
    text = json.dumps(value)
    _check_whole(text, is_ascii=True)
    return text.encode("utf-8", "replace")


def _check_whole(text: str, *, is_ascii: bool) -> None:
    """Raises: DecodeError (not_sealable) for the JSON of a content that was not read whole."""
    if json.dumps(CUT, ensure_ascii=is_ascii).strip('"') in text:
        raise DecodeError(
            "its content nests deeper than is read here; it cannot be sealed again",
            code="not_sealable",
        )

"""A record as text, the same in every store: JSON without spaces, in UTF-8.

Some engines hold less than JSON does: PostgreSQL's JSONB no NUL, BSON and DynamoDB no lone
surrogate, no number beyond their range. For those a session is kept whole as a text in one
member, `{"__json__": "…"}`.
"""

from __future__ import annotations

import json
from decimal import Decimal

import orjson

from session_inspector.devserver.core.json.reading import WIDEST, may_be_rounded
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.stores.base import Record

WHOLE = "__json__"
AS_TEXT = (
    f"kept as a text in {WHOLE}: this engine does not hold all of it, and an app's own class"
    " reads it as a session with that one member"
)
NO_OBJECT = "its data are no JSON object"


def to_text(data: JsonObject) -> str:
    """Return the JSON of a session; NaN and Infinity become null, as JSON.stringify writes them."""
    try:
        return orjson.dumps(data).decode()
    except TypeError:
        # a lone surrogate, or an integer beyond 64 bits: the standard library writes both
        return strict_json(data, separators=(",", ":"))


def as_whole(data: JsonObject) -> JsonObject:
    """Return a session kept as a text in one member, pure ASCII, for engines that hold less."""
    return {WHOLE: strict_json(data, separators=(",", ":"))}


def from_whole(data: JsonObject) -> JsonObject:
    """Return the session of a row, taken out of its one member when it was kept as a text."""
    text = data.get(WHOLE)
    if not isinstance(text, str) or len(data) != 1:
        return data
    return from_text(text) or {}


def to_record(text: object, expires: Seconds | None) -> Record:
    """Return the record of a row that holds text; one that is no JSON object is empty."""
    data: JsonObject | None = None
    if isinstance(text, (str, bytes)):
        data = from_text(text)
    return session_record(data, expires)


def to_plain_record(text: object, expires: Seconds | None) -> Record:
    """Return the record of a row of an engine that holds all of JSON: nothing is in one member."""
    data: JsonObject | None = None
    if isinstance(text, (str, bytes)):
        data = from_text(text)
    if data is None:
        return Record(data={}, expires=expires, note=NO_OBJECT)
    return Record(data=data, expires=expires)


def session_record(data: object, expires: Seconds | None, note: str = "") -> Record:
    """Return the record of a row's data, and why an app's own class could not use it."""
    if not isinstance(data, dict):
        return Record(data={}, expires=expires, note=NO_OBJECT)
    session = from_whole(data)
    if session is data:
        return Record(data=session, expires=expires, note=note)
    return Record(data=session, expires=expires, note=AS_TEXT, is_own_form=True)


def is_storable(text: str) -> bool:
    """Return False for a text with a NUL or a lone surrogate: no engine has it as an id."""
    if "\x00" in text:
        return False
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


def from_text(text: str | bytes) -> JsonObject | None:
    """Return the session in a row, None when the text is no JSON object."""
    try:
        found = _parse(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        return found
    return None


def _parse(text: str | bytes) -> Json:
    """Return what JSON says; the standard library reads what orjson refuses or rounds."""
    found: Json
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _parse_slowly(text)
    if may_be_rounded(found):
        return _parse_slowly(text)
    return found


def _parse_slowly(text: str | bytes) -> Json:
    try:
        found: Json = json.loads(text, parse_int=_parse_integer)
    except RecursionError as error:
        raise ValueError("it nests about a thousand levels deep") from error
    return found


def _parse_integer(digits: str) -> int | float:
    """Return an integer exactly; what a float is written out as (JSONB: 1e300) as that float."""
    number = int(digits)
    if -WIDEST < number < WIDEST:
        return number
    try:
        shortest = float(number)
    except OverflowError:
        return number
    if int(Decimal(repr(shortest))) == number:
        return shortest
    return number

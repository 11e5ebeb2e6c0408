"""Go's gob, shown as structure: the stream describes its own types, nothing of Go is needed.

A stream is messages; one with a negative number describes a type, one with a positive number is a
value of it (encoding/gob's documentation, "Encoding Details").
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.serialised.byte_reader import ByteReader

INT = 2
STRING = 6
INTERFACE = 8
WIRE = 16
"""The type of type descriptions."""
LONGEST_UINT = 8
YEAR_1 = datetime(1, 1, 1, tzinfo=UTC)
TIME_SIZE = 15
"""Bytes of a time.Time: version, seconds since the year 1, nanoseconds, minutes from UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """What the stream says of a type."""

    kind: str
    """`struct`, `map`, `list`, `opaque`."""
    fields: tuple[tuple[str, int], ...] = ()
    key: int = STRING
    element: int = INTERFACE


COMMON = 18
BUILT_IN = {
    WIRE: _Type(
        kind="struct",
        fields=(
            ("ArrayT", 17),
            ("SliceT", 19),
            ("StructT", 20),
            ("MapT", 23),
            ("GobEncoderT", 24),
            ("BinaryMarshalerT", 24),
            ("TextMarshalerT", 24),
        ),
    ),
    17: _Type(kind="struct", fields=(("CommonType", COMMON), ("Elem", INT), ("Len", INT))),
    COMMON: _Type(kind="struct", fields=(("Name", STRING), ("Id", INT))),
    19: _Type(kind="struct", fields=(("CommonType", COMMON), ("Elem", INT))),
    20: _Type(kind="struct", fields=(("CommonType", COMMON), ("Field", 22))),
    21: _Type(kind="struct", fields=(("Name", STRING), ("Id", INT))),
    22: _Type(kind="list", element=21),
    23: _Type(kind="struct", fields=(("CommonType", COMMON), ("Key", INT), ("Elem", INT))),
    24: _Type(kind="struct", fields=(("CommonType", COMMON),)),
}


@dataclass(slots=True)
class _Stream:
    """A stream that is being read, and the types it has described so far."""

    reader: ByteReader
    types: dict[int, _Type] = field(default_factory=lambda: dict(BUILT_IN))


def is_gob(raw: bytes) -> bool:
    """Check how bytes start: as a message that describes a type, or is one plain value."""
    reader = ByteReader(raw)
    try:
        size = _read_uint(reader)
        is_whole = size == reader.left
        number = _read_int(reader)
    except ValueError:
        return False
    if number < 0:
        return 0 < size <= len(raw)
    return is_whole and number in BASIC


def read_gob(raw: bytes) -> Json:
    """Return the first value of a stream. Raises: DecodeError (tampered)."""
    stream = _Stream(ByteReader(raw))
    try:
        _read_uint(stream.reader)  # the message's length
        number = _read_type_number(stream)
        return _read_top(stream, number)
    except (ValueError, KeyError, OverflowError, RecursionError, struct.error) as error:
        raise DecodeError(f"its gob is damaged: {error}", code="tampered") from error


def _read_type_number(stream: _Stream) -> int:
    """Return the type of the next value; descriptions before it are remembered."""
    while True:
        stream.reader.enter()
        stream.reader.leave()
        number = _read_int(stream.reader)
        if number >= 0:
            return number
        stream.types[-number] = _to_type(_read_value(stream, WIRE))
        _read_uint(stream.reader)  # the next message's length


def _to_type(described: Json) -> _Type:
    """Return a type of its description."""
    if not isinstance(described, dict) or len(described) != 1:
        raise ValueError("a type is described twice, or not at all")
    kind, found = next(iter(described.items()))
    facts = found if isinstance(found, dict) else {}
    match kind:
        case "ArrayT" | "SliceT":
            return _Type(kind="list", element=_number(facts, "Elem"))
        case "MapT":
            return _Type(kind="map", key=_number(facts, "Key"), element=_number(facts, "Elem"))
        case "StructT":
            return _Type(kind="struct", fields=_to_fields(facts.get("Field")))
        case _:
            return _Type(kind="opaque")


def _to_fields(described: Json) -> tuple[tuple[str, int], ...]:
    if not isinstance(described, list):
        return ()
    rows = [row for row in described if isinstance(row, dict)]
    return tuple((str(row.get("Name", "")), _number(row, "Id")) for row in rows)


def _number(facts: JsonObject, name: str) -> int:
    found = facts.get(name, 0)
    if isinstance(found, int):
        return found
    raise ValueError(f"{name} of a type is no number")


def _read_top(stream: _Stream, number: int) -> Json:
    """Return a value that stands alone: one that is no struct has a zero before it."""
    described = stream.types.get(number)
    if (described is None or described.kind != "struct") and _read_uint(stream.reader) != 0:
        raise ValueError("a single value does not start with zero")
    return _read_value(stream, number)


def _read_value(stream: _Stream, number: int) -> Json:
    stream.reader.enter()
    described = stream.types.get(number)
    if described is None:
        found = _read_basic(stream, number)
    else:
        found = _read_described(stream, described)
    stream.reader.leave()
    return found


def _read_basic(stream: _Stream, number: int) -> Json:
    reader = stream.reader
    if number == INTERFACE:
        return _read_interface(stream)
    read = BASIC.get(number)
    if read is None:
        raise ValueError(f"type {number} was not described")
    return read(reader)


def _read_described(stream: _Stream, described: _Type) -> Json:
    match described.kind:
        case "struct":
            return _read_struct(stream, described)
        case "map":
            count = _read_uint(stream.reader)
            return dict(_read_pair(stream, described) for _ in range(count))
        case "list":
            count = _read_uint(stream.reader)
            return [_read_value(stream, described.element) for _ in range(count)]
        case _:
            return _show_opaque(_read_bytes(stream.reader))


def _read_pair(stream: _Stream, described: _Type) -> tuple[str, Json]:
    key = _read_value(stream, described.key)
    return str(key), _read_value(stream, described.element)


def _read_struct(stream: _Stream, described: _Type) -> JsonObject:
    """Return the members that are not zero: a step from one to the next stands before each."""
    found: JsonObject = {}
    at = -1
    while True:
        step = _read_uint(stream.reader)
        if step == 0:
            return found
        at += step
        if at >= len(described.fields):
            raise ValueError("a struct has more members than were described")
        name, number = described.fields[at]
        found[name] = _read_value(stream, number)


def _read_interface(stream: _Stream) -> Json:
    """Return a value of any type: its name, then its type, its length and itself."""
    name = _read_bytes(stream.reader)
    if not name:
        return None
    number = _read_type_number(stream)
    _read_uint(stream.reader)  # its length
    return _read_top(stream, number)


def _show_opaque(raw: bytes) -> Json:
    """Return what a type packed itself: a time as ISO 8601, else base64."""
    if len(raw) >= TIME_SIZE and raw[0] in (1, 2):
        seconds, nanoseconds, _ = struct.unpack(">qih", raw[1:TIME_SIZE])
        try:
            moment = YEAR_1 + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
        except OverflowError:
            return b64encode(raw).decode()
        return moment.isoformat().replace("+00:00", "Z")
    return b64encode(raw).decode()


def _read_uint(reader: ByteReader) -> int:
    first = reader.byte()
    if first < 128:
        return first
    size = 256 - first
    if size > LONGEST_UINT:
        raise ValueError("a number is too long")
    return reader.uint(size)


def _read_int(reader: ByteReader) -> int:
    found = _read_uint(reader)
    if found & 1:
        return ~(found >> 1)
    return found >> 1


def _read_float(reader: ByteReader) -> float:
    raw = _read_uint(reader).to_bytes(8, "little")
    (found,) = struct.unpack(">d", raw)
    return float(found)


def _read_bytes(reader: ByteReader) -> bytes:
    return reader.take(_read_uint(reader))


def _read_boolean(reader: ByteReader) -> Json:
    return _read_uint(reader) == 1


def _read_base64(reader: ByteReader) -> Json:
    return b64encode(_read_bytes(reader)).decode()


def _read_text(reader: ByteReader) -> Json:
    return _read_bytes(reader).decode("utf-8", "replace")


def _read_complex(reader: ByteReader) -> Json:
    return [_read_float(reader), _read_float(reader)]


BASIC: Mapping[int, Callable[[ByteReader], Json]] = {
    1: _read_boolean,
    INT: _read_int,
    3: _read_uint,
    4: _read_float,
    5: _read_base64,
    STRING: _read_text,
    7: _read_complex,
}

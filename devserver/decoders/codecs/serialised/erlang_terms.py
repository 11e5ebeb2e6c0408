"""Erlang's external terms, shown as structure: no atom is ever made, no function ever built.

Format: "External Term Format" of ERTS. Atoms become their name behind a colon, tuples lists.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable, Mapping

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.codecs.deflate import inflate
from session_inspector.devserver.decoders.codecs.serialised.byte_reader import ByteReader

START = 131
COMPRESSED = 80
FLOAT_SIZE = 31
PLAIN_ATOMS: Mapping[str, Json] = {"true": True, "false": False, "nil": None}


def is_term(raw: bytes) -> bool:
    """Check how bytes start: as an external term does."""
    return len(raw) > 1 and raw[0] == START and (raw[1] in READERS or raw[1] == COMPRESSED)


def read_term(raw: bytes) -> Json:
    """Return a term. Raises: DecodeError (tampered; too_large for bombs)."""
    if raw[:2] == bytes((START, COMPRESSED)):
        raw = bytes((START,)) + inflate(raw[6:])
    reader = ByteReader(raw)
    try:
        reader.expect(bytes((START,)))
        return _read(reader)
    except (ValueError, RecursionError, struct.error) as error:
        raise DecodeError(f"its Erlang term is damaged: {error}", code="tampered") from error


def _read(reader: ByteReader) -> Json:
    reader.enter()
    tag = reader.byte()
    read = READERS.get(tag)
    if read is None:
        raise ValueError(f"a term of kind {tag} is no plain value")
    found = read(reader)
    reader.leave()
    return found


def _atom(name: bytes) -> Json:
    text = name.decode("utf-8", "replace")
    if text in PLAIN_ATOMS:
        return PLAIN_ATOMS[text]
    return f":{text}"


def _read_binary(reader: ByteReader) -> Json:
    raw = reader.take(reader.uint(4))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return b64encode(raw).decode()


def _read_map(reader: ByteReader) -> Json:
    count = reader.uint(4)
    found: dict[str, Json] = {}
    for _ in range(count):
        key = _read(reader)
        found[str(key).removeprefix(":")] = _read(reader)
    return found


def _read_many(reader: ByteReader, count: int) -> list[Json]:
    return [_read(reader) for _ in range(count)]


def _read_list(reader: ByteReader) -> Json:
    found = _read_many(reader, reader.uint(4))
    _read(reader)  # its tail, an empty list
    return [*found]


def _read_float(reader: ByteReader) -> Json:
    (found,) = struct.unpack(">d", reader.take(8))
    return float(found)


def _read_big(reader: ByteReader, size: int) -> Json:
    is_negative = reader.byte() == 1
    found = int.from_bytes(reader.take(size), "little")
    return -found if is_negative else found


READERS: Mapping[int, Callable[[ByteReader], Json]] = {
    70: _read_float,
    97: lambda reader: reader.byte(),
    98: lambda reader: reader.int(4),
    99: lambda reader: float(reader.take(FLOAT_SIZE).rstrip(b"\0")),
    100: lambda reader: _atom(reader.take(reader.uint(2))),
    104: lambda reader: [*_read_many(reader, reader.byte())],
    105: lambda reader: [*_read_many(reader, reader.uint(4))],
    106: lambda reader: [],
    107: lambda reader: [*reader.take(reader.uint(2))],
    108: _read_list,
    109: _read_binary,
    110: lambda reader: _read_big(reader, reader.byte()),
    111: lambda reader: _read_big(reader, reader.uint(4)),
    115: lambda reader: _atom(reader.take(reader.byte())),
    116: _read_map,
    118: lambda reader: _atom(reader.take(reader.uint(2))),
    119: lambda reader: _atom(reader.take(reader.byte())),
}
"""By tag. References, processes, functions and bit strings are no content of a session."""

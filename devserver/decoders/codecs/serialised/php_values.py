"""PHP's serialised values, shown as structure: no class is loaded, no `__wakeup` is ever called."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.serialised.byte_reader import ByteReader

Pairs: TypeAlias = list[tuple[Json, Json]]
CLASS = "@class"
"""Member that names an object's class."""
SESSION_NAME = re.compile(rb"!?[^|!;{}:\"\x00-\x1f]{1,128}\|")
"""A variable's name and the bar behind it, as PHP's `php` handler writes them."""
START = re.compile(rb"(?:N;|b:[01];|i:-?\d|d:-?[\dNI]|s:\d+:\"|a:\d+:\{|[OCE]:\d+:\"|[rR]:\d)")
FLOATS = {"INF": math.inf, "-INF": -math.inf, "NAN": math.nan}
LONGEST_NUMBER = 32


def is_serialised(raw: bytes) -> bool:
    """Check how a text starts: as a serialised value does."""
    return START.match(raw) is not None


def is_session(raw: bytes) -> bool:
    """Check how a text starts: as a session of PHP's own handlers does."""
    if raw.startswith(b"a:"):
        return is_serialised(raw)
    name = SESSION_NAME.match(raw)
    return name is not None and (
        name[0].startswith(b"!") or START.match(raw, name.end()) is not None
    )


def read_php(raw: bytes) -> Json:
    """Return a serialised value. Raises: DecodeError (tampered)."""
    reader = ByteReader(raw)
    try:
        found = _read_value(reader)
        if reader.left:
            raise ValueError(f"{reader.left} bytes are left over")
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"its serialised PHP is damaged: {error}", code="tampered") from error
    return found


def read_php_session(raw: bytes) -> JsonObject:
    """Return a session as `php` (`name|value`) or `php_serialize` wrote it.

    Raises: DecodeError (tampered).
    """
    if is_serialised(raw) and raw.startswith(b"a:"):
        found = read_php(raw)
        if isinstance(found, list):
            return {str(index): member for index, member in enumerate(found)}
        if isinstance(found, dict):
            return found
    reader = ByteReader(raw)
    session: JsonObject = {}
    try:
        while reader.left:
            _read_variable(reader, session)
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"its serialised PHP is damaged: {error}", code="tampered") from error
    return session


def _read_variable(reader: ByteReader, session: JsonObject) -> None:
    name = reader.take_until(b"|").decode("utf-8", "replace")
    if name.startswith("!"):
        session[name[1:]] = None  # a variable without a value
        return
    session[name] = _read_value(reader)


def _read_value(reader: ByteReader) -> Json:
    reader.enter()
    kind = reader.take(1)
    found = _read_scalar(reader, kind)
    if found is NotImplemented:
        found = _read_compound(reader, kind)
    reader.leave()
    if found is None or isinstance(found, (bool, int, float, str, list, dict)):
        return found
    raise ValueError("it is no value")


def _read_scalar(reader: ByteReader, kind: bytes) -> object:
    """Return a plain value; NotImplemented for another kind."""
    match kind:
        case b"N":
            reader.expect(b";")
            return None
        case b"b":
            return _read_digits(reader, b";") == "1"
        case b"i":
            return int(_read_digits(reader, b";"))
        case b"d":
            return _read_float(_read_digits(reader, b";"))
        case b"s":
            text = _read_text(reader)
            reader.expect(b";")
            return text
        case b"r" | b"R":
            return f"@reference {_read_digits(reader, b';')}"
        case _:
            return NotImplemented


def _read_compound(reader: ByteReader, kind: bytes) -> Json:
    match kind:
        case b"a":
            reader.expect(b":")
            return _to_array(_read_pairs(reader))
        case b"O":
            name = _read_text(reader)
            reader.expect(b":")
            members = {_bare(str(key)): value for key, value in _read_pairs(reader)}
            return {CLASS: name, **members}
        case b"E":
            name = _read_text(reader)
            reader.expect(b";")
            return name
        case b"C":
            return _read_custom(reader)
        case _:
            raise ValueError(f"{kind!r} starts no value")


def _read_custom(reader: ByteReader) -> JsonObject:
    """Return an object that packs itself: its content is the class's own."""
    name = _read_text(reader)
    reader.expect(b":")
    size = int(_read_number(reader, b":"))
    reader.expect(b"{")
    content = reader.take(size).decode("utf-8", "replace")
    reader.expect(b"}")
    return {CLASS: name, "content": content}


def _read_pairs(reader: ByteReader) -> Pairs:
    count = int(_read_number(reader, b":"))
    reader.expect(b"{")
    found: Pairs = []
    for _ in range(count):
        key = _read_value(reader)
        found.append((key, _read_value(reader)))
    reader.expect(b"}")
    return found


def _to_array(pairs: Pairs) -> Json:
    """Return a list where the keys count from 0, else an object."""
    if [key for key, _ in pairs] == list(range(len(pairs))) and pairs:
        return [value for _, value in pairs]
    return {str(key): value for key, value in pairs}


def _read_text(reader: ByteReader) -> str:
    reader.expect(b":")
    size = int(_read_number(reader, b":"))
    reader.expect(b'"')
    text = reader.take(size).decode("utf-8", "replace")
    reader.expect(b'"')
    return text


def _read_digits(reader: ByteReader, end: bytes) -> str:
    reader.expect(b":")
    return _read_number(reader, end)


def _read_number(reader: ByteReader, end: bytes) -> str:
    text = reader.take_until(end)
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return text.decode("ascii", "replace")


def _read_float(text: str) -> float:
    if text in FLOATS:
        return FLOATS[text]
    return float(text)


def _bare(name: str) -> str:
    """Return a property's name without the class of a private one."""
    return name.rpartition("\0")[2]

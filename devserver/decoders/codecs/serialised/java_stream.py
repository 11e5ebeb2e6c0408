"""Java's object streams, shown as structure: no class is loaded, nothing of them is ever run.

Grammar: "Java Object Serialization Specification", chapter 6. An object becomes its members and
`@class`; a boxed number or a text becomes itself; collections of java.util lists and objects.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.serialised.byte_reader import ByteReader
from session_inspector.devserver.decoders.codecs.serialised.java_classes import (
    CLASS,
    CONTENT,
    simplify,
)

START = b"\xac\xed\x00\x05"
HAS_WRITE = 1
IS_SERIALIZABLE = 2
IS_EXTERNALIZABLE = 4
HAS_BLOCKS = 8
BASE_HANDLE = 0x7E0000
NUMBERS = {"B": ">b", "D": ">d", "F": ">f", "I": ">i", "J": ">q", "S": ">h"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    """What the stream says of a class."""

    name: str
    flags: int
    fields: tuple[tuple[str, str], ...]
    """(type code, name)."""
    parent: _Class | None


@dataclass(frozen=True, slots=True)
class _Block:
    """Bytes that a class wrote by a method of its own."""

    raw: bytes


class _EndOfBlocks:
    """What ends them."""


END = _EndOfBlocks()


def is_java(raw: bytes) -> bool:
    """Check how bytes start: as an object stream does."""
    return raw.startswith(START)


def read_java(raw: bytes) -> Json:
    """Return the first object of a stream. Raises: DecodeError (tampered)."""
    stream = _Stream(raw)
    try:
        stream.reader.expect(START)
        found = stream.read()
        if isinstance(found, _Block):
            return b64encode(found.raw).decode()
        return to_json(found)
    except (ValueError, IndexError, RecursionError, struct.error) as error:
        raise DecodeError(f"its Java stream is damaged: {error}", code="tampered") from error


def to_json(found: object) -> Json:
    """Return what was read as JSON; what is none (a class's own bytes) as base64."""
    if isinstance(found, _Block):
        return b64encode(found.raw).decode()
    if isinstance(found, _Class):
        return f"class {found.name}"
    if found is None or isinstance(found, (bool, int, float, str, list, dict)):
        return found
    raise ValueError("the end of a block is no value")


class _Stream:
    """A stream that is being read; what it may refer back to is counted from BASE_HANDLE."""

    def __init__(self, raw: bytes) -> None:
        self.reader = ByteReader(raw)
        self.handles: list[object] = []

    def read(self) -> object:
        """Return one content: an object, a block, or END. Raises: ValueError."""
        self.reader.enter()
        mark = self.reader.byte()
        read = READERS.get(mark)
        if read is None:
            raise ValueError(f"0x{mark:02x} starts no content")
        found = read(self)
        self.reader.leave()
        return found

    def refer(self) -> object:
        """Return what stands before in the stream: not again, an object may hold itself."""
        place = self.reader.uint(4) - BASE_HANDLE
        if not 0 <= place < len(self.handles):
            raise ValueError("it refers to nothing")
        found = self.handles[place]
        if isinstance(found, (dict, list)):
            return f"@reference {place}"
        return found

    def remember(self, found: object) -> int:
        """Give something a handle; returns its place."""
        self.handles.append(found)
        return len(self.handles) - 1

    def text(self, size: int) -> str:
        """Return a text behind its length of so many bytes."""
        return self.reader.take(self.reader.uint(size)).decode("utf-8", "replace")


def _read_string(stream: _Stream) -> object:
    found = stream.text(2)
    stream.remember(found)
    return found


def _read_long_string(stream: _Stream) -> object:
    found = stream.text(8)
    stream.remember(found)
    return found


def _read_class_description(stream: _Stream) -> object:
    name = stream.text(2)
    stream.reader.take(8)  # serialVersionUID
    place = stream.remember(None)
    flags = stream.reader.byte()
    fields = tuple(_read_field(stream) for _ in range(stream.reader.uint(2)))
    _skip_annotation(stream)
    parent = _read_class(stream)
    found = _Class(name=name, flags=flags, fields=fields, parent=parent)
    stream.handles[place] = found
    return found


def _read_field(stream: _Stream) -> tuple[str, str]:
    code = chr(stream.reader.byte())
    name = stream.text(2)
    if code in "[L":
        stream.read()  # the name of its class
    return code, name


def _read_proxy_description(stream: _Stream) -> object:
    place = stream.remember(None)
    names = [stream.text(2) for _ in range(min(stream.reader.uint(4), stream.reader.left))]
    _skip_annotation(stream)
    parent = _read_class(stream)
    name = f"proxy of {', '.join(names)}"
    found = _Class(name=name, flags=IS_SERIALIZABLE, fields=(), parent=parent)
    stream.handles[place] = found
    return found


def _read_class(stream: _Stream) -> _Class | None:
    found = stream.read()
    if found is None or isinstance(found, _Class):
        return found
    raise ValueError("a class is missing")


def _skip_annotation(stream: _Stream) -> None:
    while stream.read() is not END:
        pass


def _read_object(stream: _Stream) -> object:
    described = _read_class(stream)
    if described is None:
        raise ValueError("an object has no class")
    shown: JsonObject = {CLASS: described.name}
    place = stream.remember(shown)
    for one in _ancestry(described):
        _read_members(stream, one, shown)
    plain = simplify(described.name, shown)
    stream.handles[place] = plain
    return plain


def _ancestry(described: _Class | None) -> list[_Class]:
    """Return a class and its parents, the eldest first."""
    found: list[_Class] = []
    while described is not None:
        found.insert(0, described)
        described = described.parent
    return found


def _read_members(stream: _Stream, described: _Class, shown: JsonObject) -> None:
    if described.flags & IS_SERIALIZABLE:
        for code, name in described.fields:
            shown[name] = _read_member(stream, code)
        if not described.flags & HAS_WRITE:
            return
    elif not described.flags & HAS_BLOCKS:
        raise ValueError(f"{described.name} was written by a protocol that only it can read")
    content = _read_content(stream)
    if content:
        before = shown.get(CONTENT)
        earlier = before if isinstance(before, list) else []
        shown[CONTENT] = [*earlier, *content]


def _read_content(stream: _Stream) -> list[Json]:
    """Return what a class wrote by a method of its own."""
    content: list[Json] = []
    while True:
        found = stream.read()
        if found is END:
            return content
        content.append(to_json(found))


def _read_member(stream: _Stream, code: str) -> Json:
    if code in NUMBERS:
        pattern = NUMBERS[code]
        (number,) = struct.unpack(pattern, stream.reader.take(struct.calcsize(pattern)))
        if isinstance(number, (int, float)):
            return number
    match code:
        case "Z":
            return stream.reader.byte() != 0
        case "C":
            return chr(stream.reader.uint(2))
        case "L" | "[":
            return to_json(stream.read())
        case _:
            raise ValueError(f"{code!r} is no type")


def _read_array(stream: _Stream) -> object:
    described = _read_class(stream)
    place = stream.remember([])
    size = stream.reader.uint(4)
    code = (described.name if described else "")[1:2]
    if code == "B":
        packed = b64encode(stream.reader.take(size)).decode()
        stream.handles[place] = packed
        return packed
    found = [_read_element(stream, code) for _ in range(size)]
    stream.handles[place] = found
    return found


def _read_element(stream: _Stream, code: str) -> Json:
    stream.reader.enter()
    found = _read_member(stream, code)
    stream.reader.leave()
    return found


def _read_enum(stream: _Stream) -> object:
    described = _read_class(stream)
    place = stream.remember("")
    name = to_json(stream.read())
    shown = f"{described.name if described else ''}.{name}"
    stream.handles[place] = shown
    return shown


def _read_class_object(stream: _Stream) -> object:
    found = _read_class(stream)
    stream.remember(found)
    return found


READERS: Mapping[int, Callable[[_Stream], object]] = {
    0x70: lambda stream: None,
    0x71: _Stream.refer,
    0x72: _read_class_description,
    0x73: _read_object,
    0x74: _read_string,
    0x75: _read_array,
    0x76: _read_class_object,
    0x77: lambda stream: _Block(stream.reader.take(stream.reader.uint(1))),
    0x78: lambda stream: END,
    0x7A: lambda stream: _Block(stream.reader.take(stream.reader.uint(4))),
    0x7C: _read_long_string,
    0x7D: _read_proxy_description,
    0x7E: _read_enum,
}
"""By the mark that starts a content."""

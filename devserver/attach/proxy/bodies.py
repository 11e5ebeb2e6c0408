"""Where a message's body ends: it only counts bytes, and changes none (RFC 9112 §6, §7).

What two parsers could read differently is refused: that is how requests are smuggled.
"""

from __future__ import annotations

import re
from typing import Literal, Protocol, TypeAlias

Framing: TypeAlias = int | Literal["chunked", "close"]
"""Bytes of the body, or how else its end is known."""
LONGEST_LINE = 16_384
"""Bytes of a chunk's size line or of one trailer."""
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n\x00]*)?\r\n")
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\x00]*\r\n")


class BadMessage(Exception):
    """A message that is not relayed; `status` is what its sender gets."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Body(Protocol):
    """Follows one body."""

    is_done: bool

    def feed(self, data: bytes, at: int = 0) -> int:
        """Take bytes from `at` on; return the index behind the body's last one.

        Raises: BadMessage.
        """
        ...


def body_of(framing: Framing) -> Body:
    """Return what follows a body of this framing."""
    if framing == "chunked":
        return ChunkedBody()
    if framing == "close":
        return CloseBody()
    return LengthBody(framing)


class LengthBody:
    """Content-Length; 0 for none."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.is_done = length == 0

    def feed(self, data: bytes, at: int = 0) -> int:
        """Count down."""
        end = min(len(data), at + self._left)
        self._left -= end - at
        self.is_done = self._left == 0
        return end


class CloseBody:
    """A response that ends with its connection."""

    is_done = False

    def feed(self, data: bytes, at: int = 0) -> int:
        """Take all."""
        return len(data)


class ChunkedBody:
    """Transfer-Encoding: chunked, trailers included."""

    def __init__(self) -> None:
        self.is_done = False
        self._left = 0
        """Bytes of the chunk under way, its CRLF included."""
        self._line = b""
        """Beginning of a line that is not there in full."""
        self._is_last = False

    def feed(self, data: bytes, at: int = 0) -> int:
        """Walk over chunks and lines. Raises: BadMessage."""
        while at < len(data) and not self.is_done:
            walk = self._in_chunk if self._left else self._in_line
            at = walk(data, at)
        return at

    def _in_chunk(self, data: bytes, at: int) -> int:
        end = min(len(data), at + self._left)
        closing = data[max(at, at + self._left - 2) : end]
        # the two bytes behind the chunk are CRLF, wherever the network cut them
        if closing and closing != b"\r\n"[-self._left :][: len(closing)]:
            raise BadMessage("a chunk is longer than its size says")
        self._left -= end - at
        return end

    def _in_line(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at) + 1
        self._line += data[at : end or len(data)]
        if len(self._line) > LONGEST_LINE:
            raise BadMessage("a chunk's size line or trailer is too long")
        if not end:
            return len(data)
        line = self._line
        self._line = b""
        if self._is_last:
            self._take_trailer(line)
        else:
            self._take_size(line)
        return end

    def _take_size(self, line: bytes) -> None:
        found = _SIZE.fullmatch(line)
        if found is None:
            raise BadMessage("a chunk's size is no hexadecimal number on a line of its own")
        size = int(found[1], 16)
        if size:
            self._left = size + 2
        else:
            self._is_last = True

    def _take_trailer(self, line: bytes) -> None:
        if line == b"\r\n":
            self.is_done = True
        elif not _TRAILER.fullmatch(line):
            raise BadMessage("a trailer is no header line")

"""Reads bytes of packed values one after another; their end is never read past."""

from __future__ import annotations

from session_inspector.devserver.decoders.codecs.limits import DEEPEST, LARGEST

MOST = 100_000
"""Values that are read from one text: more are no session."""


class ByteReader:
    """A place in some bytes, and how much has been read from them."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw[:LARGEST]
        self.at = 0
        self.count = 0
        self.depth = 0

    @property
    def left(self) -> int:
        """Bytes that are not read yet."""
        return len(self.raw) - self.at

    def take(self, size: int) -> bytes:
        """Return the next bytes. Raises: ValueError past the end."""
        if size < 0 or size > self.left:
            raise ValueError("it ends too early")
        found = self.raw[self.at : self.at + size]
        self.at += size
        return found

    def take_until(self, mark: bytes) -> bytes:
        """Return the bytes before a mark, which is read too. Raises: ValueError without one."""
        end = self.raw.find(mark, self.at)
        if end < 0:
            raise ValueError("it ends too early")
        found = self.raw[self.at : end]
        self.at = end + len(mark)
        return found

    def expect(self, mark: bytes) -> None:
        """Read a mark. Raises: ValueError where something else stands."""
        if self.take(len(mark)) != mark:
            raise ValueError(f"{mark!r} is missing at {self.at - len(mark)}")

    def byte(self) -> int:
        """Return one byte as a number. Raises: ValueError."""
        return self.take(1)[0]

    def uint(self, size: int) -> int:
        """Return an unsigned big-endian number. Raises: ValueError."""
        return int.from_bytes(self.take(size), "big")

    def int(self, size: int) -> int:
        """Return a signed big-endian number. Raises: ValueError."""
        return int.from_bytes(self.take(size), "big", signed=True)

    def enter(self) -> None:
        """Count one value, and go a level down. Raises: ValueError for too many or too deep."""
        self.count += 1
        self.depth += 1
        if self.count > MOST:
            raise ValueError("it holds too many values for a session")
        if self.depth > DEEPEST:
            raise ValueError("it nests too deep for a session")

    def leave(self) -> None:
        """Go a level up."""
        self.depth -= 1

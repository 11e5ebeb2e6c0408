"""Text of headers: Latin-1 on the wire (RFC 9110 §5.5), UTF-8 where somebody wrote that."""

from __future__ import annotations

from collections.abc import Iterable


def read_utf8(text: str) -> str:
    """Return Latin-1 header text as the UTF-8 that its bytes are; what is none stays as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


class HeaderTexts:
    """The lines of one head by their names: a dozen of them are asked for."""

    def __init__(self, lines: Iterable[tuple[bytes, bytes]]) -> None:
        """`lines` are names in lower case, and values."""
        self._values: dict[bytes, list[bytes]] = {}
        for name, value in lines:
            self._values.setdefault(name, []).append(value)

    def all(self, name: bytes) -> list[str]:
        """Return the values of all lines of a name in lower case, as Latin-1."""
        return [value.decode("latin-1") for value in self._values.get(name, ())]

    def first(self, name: bytes) -> str:
        """Return the first value of a name in lower case, as Latin-1; empty: there is none."""
        values = self._values.get(name)
        if values is None:
            return ""
        return values[0].decode("latin-1")


def measure_cookie_header(value: int) -> int:
    """Return bytes of the Cookie header line whose value has so many; 0: there is none.

    Servers limit the line with its name (nginx 8 KB, Apache 8190), so that is what is counted.
    """
    if not value:
        return 0
    return len("Cookie: ") + value

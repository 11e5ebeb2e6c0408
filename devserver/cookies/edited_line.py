"""A cookie as the Set-Cookie line that a person edits, and what is read back from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds

KEPT_VALUE = "•••"
"""Stands for the present value in a line that changes a cookie: it is not shown."""
DELETES = "that line would delete it. Fix: Max-Age above 0, or d to delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineParts:
    """What a line says."""

    name: str
    path: str
    domain: str = ""
    """Empty: the host's own."""
    max_age: Seconds | None = None
    """None: it ends with the browser."""
    secure: bool = False
    http_only: bool = False
    partitioned: bool = False
    same_site: str = ""

    def flags(self) -> Iterator[tuple[str, bool]]:
        """Yield each attribute without a value, and whether it is set."""
        yield "Secure", self.secure
        yield "HttpOnly", self.http_only
        yield "Partitioned", self.partitioned


def write_line(parts: LineParts, value: str) -> str:
    """Return the line."""
    return "; ".join(_write_parts(parts, value))


def _write_parts(parts: LineParts, value: str) -> Iterable[str]:
    yield f"{parts.name}={value}"
    yield f"Path={parts.path}"
    if parts.domain:
        yield f"Domain={parts.domain}"
    if parts.max_age is not None:
        yield f"Max-Age={parts.max_age:.0f}"
    yield from (word for word, is_set in parts.flags() if is_set)
    if parts.same_site:
        yield f"SameSite={parts.same_site}"


def fill_value(line: str, present: str | None) -> str:
    """Return a line with the present value where it stands for it; None: there is none."""
    pair, semicolon, rest = line.partition(";")
    name, _, value = pair.partition("=")
    if present is None or value.strip() != KEPT_VALUE:
        return line
    return f"{name}={present}{semicolon}{rest}"

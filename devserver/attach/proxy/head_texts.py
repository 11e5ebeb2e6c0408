"""What the lines of a head say, as text."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.attach.proxy.headers import Line, RequestHead
from session_inspector.devserver.cookies.header_text import read_utf8


def text_of(raw: bytes) -> str:
    """Return raw bytes of a head as text."""
    return read_utf8(raw.decode("latin-1"))


def texts_of(lines: Sequence[Line], name: bytes) -> list[str]:
    """Return the values of all lines of a name."""
    return [line.value.decode("latin-1") for line in lines if line.name == name]


def first_text(lines: Sequence[Line], name: bytes) -> str:
    """Return the first value of a name; empty: there is none."""
    return next(iter(texts_of(lines, name)), "")


def path_of(target: bytes) -> str:
    """Return the path of a request's target, without the query."""
    return text_of(target).partition("?")[0]


def origin_of(head: RequestHead) -> str:
    """Return scheme and host as the browser has them: a proxy in front may end TLS."""
    scheme = first_text(head.lines, b"x-forwarded-proto").partition(",")[0].strip().lower()
    if scheme not in ("http", "https"):
        scheme = "http"
    return f"{scheme}://{head.host.decode('latin-1')}"


def leads_away(host: bytes, lines: Sequence[Line]) -> bool:
    """Check whether a response redirects to another host."""
    location = first_text(lines, b"location")
    target = location.partition("://")[2] or location.removeprefix("//")
    if target == location:
        return False
    return target.partition("/")[0].partition("?")[0].lower() != host.decode("latin-1").lower()

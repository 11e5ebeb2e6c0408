"""What the lines of a head say, as text."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.attach.proxy.headers import Line, RequestHead
from session_inspector.devserver.cookies.header_text import read_utf8
from session_inspector.devserver.cookies.url_parts import split_url


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


def origin_of(head: RequestHead, scheme: str) -> str:
    """Return scheme and host as the browser has them; `scheme` is what was spoken here.

    Plain http may be from a proxy in front that ends TLS.
    """
    claimed = first_text(head.lines, b"x-forwarded-proto").partition(",")[0].strip().lower()
    if scheme == "http" and claimed == "https":
        scheme = claimed
    return f"{scheme}://{head.host.decode('latin-1')}"


def leads_away(host: bytes, lines: Sequence[Line]) -> bool:
    """Check whether a response redirects to another host."""
    location = first_text(lines, b"location")
    target = split_url(read_utf8(location)).netloc
    return bool(target) and target.lower() != host.decode("latin-1").lower()

r"""Lines of access logs that hold a Cookie: nginx's and Apache's, with `"$http_cookie"` in them.

In such a line the cookies are a quoted field of `name=value` pairs, or follow the name `cookie`.
Bytes that a log escapes (`\x22`) are undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from session_inspector.inspector.decode.inputs.literals import undo_escapes
from session_inspector.inspector.decode.paste import (
    ByName,
    Pasted,
    PastedCookie,
    list_cookies,
    put_cookies,
    read_cookie_header,
)

_STAMP = re.compile(r"\[\d{2}/[A-Z][a-z]{2}/\d{4}:|\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\"[A-Z]+ \S+ HTTP/")
"""By which a line of a log is told: a time, or a request line."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NAMED = re.compile(
    r"""(?i)\b(?:http_)?cookie["']?\s*[:=]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"';]+(?:;\s*[^\s"';]+)*))"""
)
_PAIRS = re.compile(r"[\w!#$%&'*+.^`|~-]+=[^;,\s]*(?:;\s*[\w!#$%&'*+.^`|~-]+=[^;,\s]*)*;?")
"""What a Cookie header is, and neither a URL nor a User-Agent."""


def read_log(text: str) -> list[Pasted] | None:
    """Read lines of an access log; None for anything else, and for lines without cookies."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not all(_STAMP.search(line) for line in lines):
        return None
    found: ByName = {}
    for line in lines:
        put_cookies(found, _cookies_of(line))
    if not found:
        return None
    return [Pasted(kind="log lines", cookies=list_cookies(found))]


def _cookies_of(line: str) -> Iterator[PastedCookie]:
    for header in _headers_of(line):
        yield from read_cookie_header(undo_escapes(header))


def _headers_of(line: str) -> list[str]:
    """Return what in a line is a Cookie header: the named ones, else quoted pairs."""
    named = [next(filter(None, groups), "") for groups in _NAMED.findall(line)]
    named = [header for header in named if "=" in header]
    if named:
        return named
    return [field for field in _QUOTED.findall(line) if _PAIRS.fullmatch(field)]

"""A kept request as what may leave the server: credentials masked, bodies readable and short."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from session_inspector.devserver.cookies.header_text import read_utf8
from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.masking import (
    MASK,
    is_secret_name,
    mask_url,
    mask_words,
)
from session_inspector.devserver.core.values import JsonObject, Secret
from session_inspector.devserver.web.kept_requests import KeptBody, KeptRequest, Pairs, first_value

MOST_LINES = 200
LONGEST_LINE = 400
"""Of a body, as it is shown."""
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "x-api-key", "x-auth-token", "x-csrf-token", "dpop"}
)
TEXTUAL = ("text/", "json", "xml", "javascript", "x-www-form-urlencoded")
_MEMBER = re.compile(r'("((?:[^"\\]|\\.){1,200})"\s*:\s*)("(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*)')
"""A name and its plain value, in JSON."""
_INPUT = re.compile(r"<input\b[^>]*>", re.IGNORECASE)
_VALUE = re.compile(r"""(\bvalue\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


def describe(kept: KeptRequest) -> JsonObject:
    """Return a request and its answer as JSON; no credential is in it."""
    return {
        "exchange": kept.exchange,
        "method": kept.method,
        "target": mask_url(read_utf8(kept.target)),
        "headers": [[name, value] for name, value in _mask_headers(kept.headers)],
        "body": _describe_body(kept.headers, kept.body),
        "status": kept.status,
        "answer_headers": [[name, value] for name, value in _mask_headers(kept.answer_headers)],
        "answer": _describe_body(kept.answer_headers, kept.answer),
    }


def _mask_headers(headers: Pairs) -> Iterator[tuple[str, str]]:
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        yield read_utf8(name), _mask_header(name, raw_value.decode("latin-1"))


def _mask_header(name: str, value: str) -> str:
    if name == "cookie":
        pairs = parse_pairs(value)
        return "; ".join(f"{read_utf8(key)}={Secret.of(text)}" for key, text in pairs)
    if name == "set-cookie":
        return _mask_set_cookie(value)
    if name in SECRET_HEADERS or is_secret_name(name):
        scheme, space, secret = value.partition(" ")
        if space:
            return f"{read_utf8(scheme)} {Secret.of(secret)}"
        return str(Secret.of(value))
    return mask_words(read_utf8(value), longest=LONGEST_LINE)


def _mask_set_cookie(line: str) -> str:
    cookie = parse_set_cookie(line)
    attributes = line.partition(";")[2].strip()
    shown = "(deleted)" if not cookie.value else str(Secret.of(cookie.value))
    text = f"{read_utf8(cookie.name)}={shown}"
    if attributes:
        text += f"; {mask_words(read_utf8(attributes))}"
    return text


def _describe_body(headers: Pairs, body: KeptBody) -> JsonObject:
    text = ""
    kind = first_value(headers, "content-type").lower()
    if any(part in kind for part in TEXTUAL):
        text = "\n".join(_mask_lines(_read_body(headers, bytes(body.data))))
    return {"size": body.size, "text": text, "is_cut": body.is_cut, "kind": mask_words(kind)}


def _read_body(headers: Pairs, data: bytes) -> str:
    """Return a body as text: out of its chunks, unpacked as far as it is there."""
    if "chunked" in first_value(headers, "transfer-encoding").lower():
        data = _join_chunks(data)
    coding = first_value(headers, "content-encoding").lower()
    if coding in ("gzip", "deflate"):
        data = _inflate(data)
    elif coding:
        return f"({coding}: not unpacked here)"
    return data.decode("utf-8", "replace")


def _join_chunks(data: bytes) -> bytes:
    """Return what is in chunks; the last of them may be cut."""
    found = bytearray()
    while data:
        line, newline, data = data.partition(b"\r\n")
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            break
        if not newline or not size:
            break
        found += data[:size]
        data = data[size + 2 :]
    return bytes(found)


def _inflate(data: bytes) -> bytes:
    """Return packed bytes as they were, as far as they are there, and no more than fits."""
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(data, MOST_LINES * LONGEST_LINE)
        except zlib.error:
            continue
    return b"(it cannot be unpacked)"


def _mask_lines(text: str) -> Iterator[str]:
    lines = text.splitlines()
    for line in _first(lines, MOST_LINES):
        yield mask_words(_mask_members(line[: 10 * LONGEST_LINE]), longest=LONGEST_LINE)
    if len(lines) > MOST_LINES:
        yield f"… {len(lines) - MOST_LINES} more lines"


def _first(lines: Iterable[str], count: int) -> Iterator[str]:
    for _, line in zip(range(count), lines, strict=False):
        yield line


def _mask_members(line: str) -> str:
    line = _MEMBER.sub(_mask_member, line)
    return _INPUT.sub(_mask_input, line)


def _mask_member(found: re.Match[str]) -> str:
    if is_secret_name(found[2]):
        return f'{found[1]}"{MASK}"'
    return found[0]


def _mask_input(found: re.Match[str]) -> str:
    """Return a field of a form without its value: a hidden one may be a token."""
    return _VALUE.sub(rf'\1"{MASK}"', found[0])

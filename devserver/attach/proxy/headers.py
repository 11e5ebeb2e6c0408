"""Heads of requests and responses: taken apart, judged, and put together with the same bytes.

Lines that go on keep their order, case, duplicates and every byte; only lines that concern one
hop go (RFC 9110 §7.6.1). What two parsers could read differently is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from session_inspector.devserver.attach.proxy.bodies import BadMessage, Framing

LARGEST = 256 * 1024
"""Bytes of a head: far above what any server takes, so that the app's own limit is seen."""
HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"upgrade",
    }
)
FRAMING = frozenset({b"content-length", b"transfer-encoding", b"host", b"trailer"})
"""Never taken away because `Connection` names them: the message would end elsewhere."""
_REQUEST = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~\x80-\xff]+) HTTP/1\.([01])")
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})( [^\r\n\x00]*)?")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_LINE = "a header line is none: folded, without a name, or with control bytes"
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)(.*)", re.IGNORECASE)
_LENGTH = re.compile(rb"[0-9]{1,18}")


class Line(NamedTuple):
    """One header line; a tuple is made in a third of the time, and a head has a dozen."""

    raw: bytes
    """As it came, without its CRLF."""
    name: bytes
    """In lower case."""
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHead:
    """The head of a request."""

    method: bytes
    target: bytes
    """Path and query."""
    is_old: bool
    """HTTP/1.0: no chunks, no keep-alive."""
    lines: Sequence[Line]
    host: bytes
    framing: Framing
    is_upgrade: bool
    keeps: bool
    """The client wants to send more on this connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHead:
    """The head of a response."""

    status: int
    reason: bytes
    lines: Sequence[Line]
    framing: Framing
    keeps: bool
    """The upstream takes more requests on this connection."""


def parse_request(raw: bytes) -> RequestHead:
    """Read a request's head, its empty line included. Raises: BadMessage."""
    first, *rest = raw[:-4].split(b"\r\n")
    found = _REQUEST.fullmatch(first)
    if found is None:
        raise BadMessage("the first line is no HTTP/1.1 request line")
    method, target, minor = found.groups()
    if method == b"CONNECT":
        raise BadMessage("CONNECT is not for a reverse proxy", 405)
    lines = _parse_lines(rest)
    host, target = _split_target(target, values(lines, b"host"), minor)
    is_old = minor == b"0"
    options = tokens(lines, b"connection")
    return RequestHead(
        method=method,
        target=target,
        is_old=is_old,
        lines=lines,
        host=host,
        framing=_request_framing(lines, is_old),
        is_upgrade=b"upgrade" in options and not is_old and bool(values(lines, b"upgrade")),
        keeps=not is_old and b"close" not in options,
    )


def parse_response(raw: bytes, method: bytes) -> ResponseHead:
    """Read a response's head, its empty line included. Raises: BadMessage."""
    first, *rest = raw[:-4].split(b"\r\n")
    found = _STATUS.fullmatch(first)
    if found is None:
        raise BadMessage("its first line is no HTTP/1.1 status line", 502)
    lines = _parse_lines(rest)
    status = int(found[2])
    options = tokens(lines, b"connection")
    is_old = found[1] == b"0"
    framing = _response_framing(lines, method, status)
    keeps = b"close" not in options
    if is_old:
        keeps = b"keep-alive" in options
    return ResponseHead(
        status=status,
        reason=found[3] or b" ",
        lines=lines,
        framing=framing,
        keeps=keeps and framing != "close",
    )


def values(lines: Iterable[Line], name: bytes) -> list[bytes]:
    """Return the values of a header in their order."""
    return [line.value for line in lines if line.name == name]


def tokens(lines: Iterable[Line], name: bytes) -> set[bytes]:
    """Return the members of a list header, in lower case."""
    found = values(lines, name)
    return {token.strip().lower() for value in found for token in value.split(b",")}


def next_hop_lines(lines: Iterable[Line], drop: frozenset[bytes] = frozenset()) -> list[bytes]:
    """Return the raw lines that go on to the next hop."""
    lines = list(lines)
    gone = HOP | (tokens(lines, b"connection") - FRAMING) | drop
    return [line.raw for line in lines if line.name not in gone]


def cut_head(buffer: bytearray, status: int) -> bytes | None:
    """Cut a head, its empty line included, off a buffer; None: it has not come in full.

    A head whose lines all end in a bare LF comes back with CRLF (RFC 9112 §2.2).
    Raises: BadMessage, with this status for one that is too large; and for one that mixes both.
    """
    end = _end_of_head(buffer)
    size = end or len(buffer)
    if size > LARGEST:
        raise BadMessage(f"its head has more than {LARGEST} bytes", status)
    if not end:
        return None
    head = bytes(buffer[:end])
    del buffer[:end]
    if head.endswith(b"\r\n\r\n"):
        return head
    if b"\r" in head:
        raise BadMessage("some lines of its head end in CRLF, others in a bare LF")
    return head.replace(b"\n", b"\r\n")


def _end_of_head(buffer: bytearray) -> int:
    """Return the index behind the first empty line, however it ends; 0: there is none yet."""
    at = buffer.find(b"\n\r\n")
    bare = buffer.find(b"\n\n", 0, None if at < 0 else at + 1)
    if bare >= 0:
        return bare + 2
    return at + 3 if at >= 0 else 0


def _parse_lines(raws: Sequence[bytes]) -> list[Line]:
    lines: list[Line] = []
    for raw in raws:
        name, colon, value = raw.partition(b":")
        if not colon or b"\r" in value or b"\n" in value or b"\x00" in value:
            raise BadMessage(_NO_LINE)
        lines.append(Line(raw, _read_name(name), value.strip(b" \t")))
    return lines


@lru_cache(maxsize=1024)
def _read_name(name: bytes) -> bytes:
    """Return a header's name in lower case; most heads have the same ones. Raises: BadMessage."""
    if _NAME.fullmatch(name) is None:
        raise BadMessage(_NO_LINE)
    return name.lower()


def _split_target(target: bytes, hosts: list[bytes], minor: bytes) -> tuple[bytes, bytes]:
    """Return (host, path and query); an absolute target's host counts (RFC 9112 §3.2.2)."""
    if len(hosts) > 1 or (not hosts and minor == b"1"):
        raise BadMessage("there must be one Host header")
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute:
        rest = absolute[2]
        if not rest.startswith(b"/"):
            rest = b"/" + rest
        return absolute[1], rest
    if not target.startswith(b"/") and target != b"*":
        raise BadMessage("the request's target is no path")
    host = hosts[0] if hosts else b""
    return host, target


def _request_framing(lines: Sequence[Line], is_old: bool) -> Framing:
    lengths = values(lines, b"content-length")
    codings = values(lines, b"transfer-encoding")
    if codings:
        if lengths:
            raise BadMessage("Content-Length and Transfer-Encoding must not both be there")
        if is_old or len(codings) > 1 or codings[0].lower() != b"chunked":
            raise BadMessage(
                "the only Transfer-Encoding taken is chunked, and not from HTTP 1.0", 501
            )
        return "chunked"
    return _content_length(lengths, 400) or 0


def _response_framing(lines: Sequence[Line], method: bytes, status: int) -> Framing:
    if method == b"HEAD" or status < 200 or status in (204, 304):
        return 0
    codings = values(lines, b"transfer-encoding")
    if codings:
        # what ends otherwise than in "chunked" ends with the connection (RFC 9112 §6.3)
        last = codings[-1].lower().rpartition(b",")[2].strip()
        if last == b"chunked":
            return "chunked"
        return "close"
    length = _content_length(values(lines, b"content-length"), 502)
    if length is None:
        return "close"
    return length


def _content_length(lengths: list[bytes], status: int) -> int | None:
    if not lengths:
        return None
    if len(set(lengths)) > 1 or (status == 400 and len(lengths) > 1):
        raise BadMessage("there are several Content-Length headers", status)
    if not _LENGTH.fullmatch(lengths[0]):
        raise BadMessage("Content-Length is no number", status)
    return int(lengths[0])

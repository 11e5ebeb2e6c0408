"""What a person pastes, as cookies: a value, headers, a curl command, a HAR, a browser's export."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.jar import RequestJar
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.lifetimes import is_deleted
from session_inspector.devserver.cookies.set_cookie import SetCookie, parse_set_cookie
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds

ATTRIBUTES = frozenset(
    {"path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "partitioned"}
)
LARGEST = 20_000_000
"""Characters of a paste: a HAR of a long visit; cookies themselves have a few KB."""
MOST = 5000
"""Cookies or lines of a paste: Chrome keeps 3300 cookies of all sites, Firefox 3000."""
EMPTIED = ("", "deleted", "EXPIRED")
"""Values of a cookie that its server takes away: most frameworks', PHP's and others'."""
DAY = 86_400
_MASK = re.compile(r"(?i).*•••.*|\*{3,}|\[?<?(redacted|masked|filtered|hidden|removed)>?\]?")
"""What stands for a value that was taken out: our own exports', and those of loggers."""
_AUTHORIZATION = re.compile(r"^authorization\s*:\s*", re.IGNORECASE)
_HOST = re.compile(r"(?:>\s*)?host\s*:\s*([A-Za-z0-9.:-]+)", re.IGNORECASE)
_DATE = re.compile(r"(?:<\s*)?date\s*:\s*(.+)", re.IGNORECASE)
_PADDED = re.compile(r"[A-Za-z0-9+/_-]{16,}={1,2}(?:--|[.|:])")
"""A bare value whose first part ends in padding: no name of a cookie does."""
_HEADER = re.compile(r"\s*(?:<\s*|>\s*)?(cookie|set-cookie)\s*:\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedCookie:
    """One cookie of a paste."""

    value: str
    """Percent-decoded, as a server reads it."""
    line: SetCookie
    """The cookie on the wire; without attributes where they are not known."""
    is_whole: bool = False
    """True when the attributes are known."""
    expires: Seconds | None = None
    """The browser's own end of it, where an export has it."""
    at: Seconds | None = None
    """When it was set, where that is known: Max-Age counts from there."""

    @property
    def name(self) -> str:
        """The cookie's name; empty for a bare value."""
        return self.line.name


ByName: TypeAlias = dict[str, list[PastedCookie]]
"""Cookies by name; of one name those that a request brings at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedRow:
    """A row of a store, as a client of it prints it."""

    key: str
    """Empty: only the value was given."""
    value: bytes
    expires: Seconds | None = None
    """The store's end of it, where the row shows one."""
    layout: str = ""
    """Whose columns it has; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """The cookies of one site, or rows of a store."""

    kind: str
    """What it was: `a Cookie header`, `a curl command`, …"""
    origin: str = ""
    """URL of the site, empty when unknown."""
    cookies: tuple[PastedCookie, ...] = ()
    rows: tuple[PastedRow, ...] = ()
    """Rows of a store instead of cookies."""


def read_paste(text: str, readers: Sequence[Callable[[str], list[Pasted] | None]]) -> list[Pasted]:
    """Return the cookies of each site in a text: `readers` first, then headers and values.

    Raises: InputError when there are none, or far too much.
    """
    if len(text) > LARGEST:
        raise InputError(
            f"the input has more than {LARGEST} characters; a Cookie header has a few KB."
            " Fix: cut it to one site, or give one cookie a line with --lines"
        )
    if not text.strip():
        raise InputError(
            "the input is empty; decode reads a cookie, a Cookie or Set-Cookie header, a curl"
            " command, a HAR or an export. Fix: paste one, or name its file"
        )
    for reader in readers:
        found = reader(text)
        if found is not None:
            return _drop_masked(_drop_empty(found))
    return _drop_masked([_read_plain(text)])


def check_count(count: int, what: str) -> None:
    """Raises: InputError for far more of something than there is anywhere."""
    if count > MOST:
        raise InputError(
            f"the input has {count} {what}; browsers keep 3300 cookies of all sites."
            " Fix: cut it to one site, or give one cookie a line with --lines"
        )


def _drop_empty(sites: list[Pasted]) -> list[Pasted]:
    """Return the sites that have cookies. Raises: InputError when none has."""
    kept = [site for site in sites if site.cookies or site.rows]
    if not kept:
        raise InputError("the input has no cookies. Fix: record a request that sends some")
    return kept


def _drop_masked(sites: list[Pasted]) -> list[Pasted]:
    """Leave out the cookies whose values were taken out. Raises: InputError when all were."""
    kept = [
        replace(site, cookies=tuple(c for c in site.cookies if not is_masked(c.value)))
        for site in sites
    ]
    found = [site for site in kept if site.cookies or site.rows]
    if not found:
        raise InputError(
            "the values of the cookies are masked: whoever wrote this took them out."
            " Fix: copy the request from the browser's network panel as cURL"
        )
    return found


def is_masked(value: str) -> bool:
    """Check for a text that stands where a secret was: `•••`, `***`, `[REDACTED]`."""
    return _MASK.fullmatch(value) is not None


def read_pair(name: str, wire: str) -> PastedCookie | None:
    """Return a cookie of a Cookie header; None when no server could read it."""
    value = decode_component(wire)
    if value is None:
        return None
    line = SetCookie(name=name, value=wire, size=len(name) + 1 + len(wire))
    return PastedCookie(value=value, line=line)


def read_set_cookie(
    text: str, at: Seconds | None = None, sent_at: Seconds | None = None
) -> PastedCookie | None:
    """Return a cookie of a Set-Cookie line; None when its value does not decode.

    `sent_at` is the Date of its response, where its moment `at` is by another clock.
    """
    line = _mark_deletion(parse_set_cookie(text, sent_at=sent_at), at)
    value = decode_component(line.value)
    if value is None:
        return None
    return PastedCookie(value=value, line=line, is_whole=True, at=at)


def _mark_deletion(line: SetCookie, at: Seconds | None) -> SetCookie:
    """Return a line that deletes by Expires as one that deletes by Max-Age.

    When nobody knows when it was sent (`at` None), the first day of Unix time is the past, and so
    is any date of an emptied cookie.
    """
    if line.max_age is not None:
        return line
    ends = parse_cookie_date(line.expires)
    if ends is None:
        return line
    is_over = ends <= DAY or line.value in EMPTIED
    if at is not None:
        is_over = is_deleted(line, at)
    if not is_over:
        return line
    return replace(line, max_age=0)


def read_cookie_header(text: str) -> list[PastedCookie]:
    """Return the cookies of a Cookie header's value, equal names as often as they stand there."""
    check_count(text.count(";"), "cookies in one header")
    pairs = (pair.strip().partition("=") for pair in text.split(";"))
    found = [read_pair(name, wire) for name, equals, wire in pairs if equals and name]
    return [cookie for cookie in found if cookie is not None]


def put_cookies(by_name: ByName, cookies: Iterable[PastedCookie]) -> None:
    """Put what one message carries beside what earlier ones did, as a browser keeps it.

    A name that a request brings twice stays twice. What is set replaces the cookie of the same
    path and domain, and one whose scope is not known.
    """
    new: ByName = {}
    for cookie in cookies:
        known = new.setdefault(cookie.name, [])
        if cookie.is_whole:
            old = known or by_name.get(cookie.name, [])
            new[cookie.name] = known = [one for one in old if _is_beside(one, cookie)]
        known.append(cookie)
    by_name |= new


def _is_beside(one: PastedCookie, other: PastedCookie) -> bool:
    """Check that a browser keeps one of two cookies of a name when it gets the other."""
    scopes = ((each.line.path, each.line.domain) for each in (one, other))
    return one.is_whole and len(set(scopes)) == 2


def list_cookies(by_name: ByName) -> tuple[PastedCookie, ...]:
    """Return cookies in the order of their names' first appearance."""
    return tuple(cookie for cookies in by_name.values() for cookie in cookies)


def read_sent_pairs(cookies: Sequence[PastedCookie]) -> list[tuple[str, str]]:
    """Return (name, value) as a browser sends them, longer paths first; a deleted one is none."""
    live = [cookie for cookie in cookies if not cookie.line.is_deletion]
    live.sort(key=lambda cookie: -len(cookie.line.path))
    return [(cookie.name, cookie.value) for cookie in live]


def to_jar(cookies: Sequence[PastedCookie]) -> RequestJar:
    """Return the cookies by name, the last of equal ones; a deleted one is none."""
    return RequestJar((c.name, c.value) for c in cookies if not c.line.is_deletion)


def _read_plain(text: str) -> Pasted:
    """Read headers, `name=value` lines, or a bare value; of a whole HTTP message its headers."""
    lines = [part.strip() for part in text.splitlines() if part.strip()]
    check_count(len(lines), "lines")
    headers = [line for line in lines if _HEADER.fullmatch(line)]
    at = _find_date(lines)
    kinds: set[str] = set()
    by_name: ByName = {}
    for line in headers or lines:
        kind, found = _read_line(line, at)
        kinds.add(kind)
        put_cookies(by_name, found)
    if not by_name:
        raise InputError("the input has no cookie: its value does not percent-decode")
    kind = kinds.pop()
    if kinds:
        kind = "cookies"
    origin = ""
    if headers:
        origin = _find_origin(lines)
    return Pasted(kind=kind, origin=origin, cookies=list_cookies(by_name))


def _find_origin(lines: Sequence[str]) -> str:
    """Return the URL of a Host header, empty when there is none."""
    for line in lines:
        match = _HOST.fullmatch(line)
        if match:
            return f"http://{match[1]}"
    return ""


def _find_date(lines: Sequence[str]) -> Seconds | None:
    """Return when a response was made, by its Date header; None where that is not there."""
    for line in lines:
        match = _DATE.fullmatch(line)
        if match is not None:
            return parse_cookie_date(match[1])
    return None


def _read_line(line: str, at: Seconds | None) -> tuple[str, list[PastedCookie]]:
    """Return what a line is, and its cookies; `at` is when a response set them."""
    header = _HEADER.fullmatch(line)
    if header and header[1].lower() == "cookie":
        return "a Cookie header", read_cookie_header(header[2])
    if header:
        return "a Set-Cookie header", _some(read_set_cookie(header[2], at))
    first, *rest = _AUTHORIZATION.sub("", line, count=1).strip("'\"").split(";")
    if "=" not in first.rstrip("=") or first.startswith("eyJ") or _PADDED.match(first):
        return "a bare value", _some(read_pair("", first))
    names = [part.partition("=")[0].strip().lower() for part in rest]
    if not ATTRIBUTES.isdisjoint(names):
        return "a Set-Cookie header", _some(read_set_cookie(line))
    if rest:
        return "a Cookie header", read_cookie_header(line)
    return "a cookie", read_cookie_header(line)


def _some(cookie: PastedCookie | None) -> list[PastedCookie]:
    if cookie is None:
        return []
    return [cookie]

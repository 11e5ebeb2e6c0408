"""Cookies out of what other tools write: HAR files, and browsers' exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_json
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.inspector.decode.copied import read_fetch, read_powershell, read_shell
from session_inspector.inspector.decode.paste import (
    Pasted,
    PastedCookie,
    read_cookie_header,
    read_pair,
    read_set_cookie,
)

NETSCAPE = "# Netscape HTTP Cookie File"
HTTP_ONLY = "#HttpOnly_"
NETSCAPE_FIELDS = 7
_SECONDS = re.compile("[0-9]{1,12}")
COLUMNS = ("name", "value", "domain", "path", "expires", "size", "httpOnly", "secure", "sameSite")
"""Of a browser's cookie table."""
SAME_SITES = {"no_restriction": "none", "unspecified": ""}
"""Extensions' own words for SameSite."""


def read_json(text: str) -> list[Pasted] | None:
    """Read a HAR, a browser extension's list of cookies, a storage state, or {name: value}.

    Raises: InputError for JSON that holds none of them.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = parse_json(text)
    except ValueError as error:
        raise InputError(f"the input starts as JSON, but is none: {error}") from error
    if isinstance(found, dict):
        entries = object_member(found, "log").get("entries")
        if isinstance(entries, list):
            return _read_har([entry for entry in entries if isinstance(entry, dict)])
        rows = found.get("cookies", _rows_of_pairs(found))
    else:
        rows = found
    if not isinstance(rows, list):
        raise InputError(
            "the JSON is neither a HAR nor a browser's export. Fix: give a file with `log.entries`"
            " or a list of cookies"
        )
    objects = [row for row in rows if isinstance(row, dict)]
    return _group_by_site(row for row in objects if "name" in row and "value" in row)


def _group_by_site(rows: Iterable[JsonObject]) -> list[Pasted]:
    by_site: dict[str, list[PastedCookie]] = {}
    for row in rows:
        by_site.setdefault(_site_of(row), []).append(_read_row(row))
    return [
        Pasted(kind="a browser's export", origin=site, cookies=tuple(cookies))
        for site, cookies in by_site.items()
    ]


def _rows_of_pairs(found: JsonObject) -> list[Json] | None:
    """Return the cookies of {name: value}, as scripts keep them; None for another object."""
    if not found or not all(isinstance(value, str) for value in found.values()):
        return None
    return [{"name": name, "value": value} for name, value in found.items()]


def read_netscape(text: str) -> list[Pasted] | None:
    """Read a cookies.txt, or rows copied from a browser's cookie table."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not (lines[0].startswith(NETSCAPE[:10]) or "\t" in lines[0]):
        return None
    rows = [_read_table_line(line) for line in lines]
    return _group_by_site(row for row in rows if row is not None)


READERS = (read_shell, read_powershell, read_fetch, read_json, read_netscape)


def _read_table_line(line: str) -> JsonObject | None:
    """Return the cookie of a line, None for a comment and for anything else."""
    is_http_only = line.startswith(HTTP_ONLY)
    fields = line.removeprefix(HTTP_ONLY).split("\t")
    if (line.startswith("#") and not is_http_only) or len(fields) < 3:
        return None
    if len(fields) == NETSCAPE_FIELDS:
        return _jar_row(fields, is_http_only)
    return _table_row(fields)


def _jar_row(fields: list[str], is_http_only: bool) -> JsonObject:
    domain, _, path, secure, expires, name, value = fields
    end = None
    if _SECONDS.fullmatch(expires) and int(expires) > 0:
        end = int(expires)
    return {
        "name": name,
        "value": value,
        "domain": domain,
        "path": path,
        "httpOnly": is_http_only,
        "secure": secure == "TRUE",
        "expirationDate": end,
    }


def _table_row(fields: list[str]) -> JsonObject:
    """Return a row of a browser's cookie table: name, value, domain, path, expires, …"""
    row: JsonObject = dict(zip(COLUMNS, (field.strip() for field in fields), strict=False))
    for name in ("httpOnly", "secure"):
        row[name] = row.get(name) in ("✓", "true", "TRUE")
    return row


def _site_of(row: JsonObject) -> str:
    """Return the URL of a cookie's site, empty when unknown."""
    domain = str(row.get("domain") or "").lstrip(".")
    if not domain:
        return ""
    if row.get("secure") is True:
        return f"https://{domain}"
    return f"http://{domain}"


def _read_row(row: JsonObject) -> PastedCookie:
    """Return a cookie of an export."""
    name = str(row.get("name"))
    wire = str(row.get("value"))
    domain = str(row.get("domain") or "")
    same_site = str(row.get("sameSite") or "")
    value = decode_component(wire)
    if value is None:
        value = wire
    return PastedCookie(
        value=value,
        line=SetCookie(
            name=name,
            value=wire,
            size=len(name) + 1 + len(wire),
            path=str(row.get("path") or ""),
            domain=domain if domain.startswith(".") else "",
            secure=row.get("secure") is True,
            http_only=row.get("httpOnly") is True,
            same_site=SAME_SITES.get(same_site, same_site),
        ),
        is_whole="path" in row,
        expires=_read_time(row.get("expirationDate") or row.get("expires")),
    )


def _read_time(value: Json) -> Seconds | None:
    """Return Unix seconds of a number or a date; None for a session cookie."""
    if isinstance(value, (int, float)):
        number = to_number(value)
        if number is None or number <= 0:
            return None
        return number
    found = from_iso(value)
    if found is None:
        return parse_cookie_date(str(value))
    return found


def _read_har(entries: list[JsonObject]) -> list[Pasted]:
    """Return what each site's browser held at the end of the recording."""
    by_site: dict[str, dict[str, PastedCookie]] = {}
    for entry in entries:
        request = object_member(entry, "request")
        url = urlsplit(str(request.get("url") or ""))
        jar = by_site.setdefault(f"{url.scheme}://{url.netloc}", {})
        _keep_sent(jar, request)
        _keep_set(jar, entry)
    return [
        Pasted(kind="a HAR", origin=site, cookies=tuple(jar.values()))
        for site, jar in by_site.items()
    ]


def _keep_sent(jar: dict[str, PastedCookie], request: JsonObject) -> None:
    """Put what a request sent into the jar; a cookie that was set keeps its attributes."""
    for cookie in _read_sent(request):
        known = jar.get(cookie.name)
        if known is None or known.value != cookie.value:
            jar[cookie.name] = cookie


def _keep_set(jar: dict[str, PastedCookie], entry: JsonObject) -> None:
    """Put what a response set into the jar, and take out what it deleted."""
    at = _read_time(entry.get("startedDateTime"))
    for text in _header_values(object_member(entry, "response"), "set-cookie"):
        for line in text.split("\n"):  # browsers join repeated headers so
            found = read_set_cookie(line, at)
            if found is None:
                continue
            jar.pop(found.name, None)
            if not found.line.is_deletion:
                jar[found.name] = found


def _read_sent(request: JsonObject) -> Iterator[PastedCookie]:
    """Yield what a request sent; some recorders leave the header out and keep the list."""
    headers = list(_header_values(request, "cookie"))
    for text in headers:
        yield from read_cookie_header(text)
    if headers:
        return
    for row in _to_list(request.get("cookies")):
        if isinstance(row, dict):
            found = read_pair(str(row.get("name")), str(row.get("value")))
            if found is not None:
                yield found


def _header_values(message: JsonObject, name: str) -> Iterator[str]:
    for header in _to_list(message.get("headers")):
        if isinstance(header, dict) and str(header.get("name")).lower() == name:
            yield str(header.get("value") or "")


def _to_list(value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    return []

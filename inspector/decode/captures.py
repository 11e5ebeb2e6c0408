"""Cookies out of what other tools write: HAR files, and browsers' exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.inspector.decode.copied import read_fetch, read_powershell, read_shell
from session_inspector.inspector.decode.paste import (
    Pasted,
    Seen,
    cookie_header,
    seen_line,
    seen_pair,
)

NETSCAPE = "# Netscape HTTP Cookie File"
HTTP_ONLY = "#HttpOnly_"


def read_json(text: str) -> list[Pasted] | None:
    """Read a HAR, a browser extension's list of cookies, a storage state, or {name: value}.

    Raises: InputError for JSON that holds none of them.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the input starts as JSON, but is none: {error}") from error
    log = found.get("log") if isinstance(found, dict) else None
    if isinstance(log, dict) and isinstance(log.get("entries"), list):
        return _har([entry for entry in _list(log.get("entries")) if isinstance(entry, dict)])
    rows = found.get("cookies", _rows_of(found)) if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise InputError(
            "the JSON is neither a HAR nor a browser's export. Fix: give a file with `log.entries`"
            " or a list of cookies"
        )
    by_site: dict[str, list[Seen]] = {}
    for row in rows:
        if isinstance(row, dict) and "name" in row and "value" in row:
            by_site.setdefault(_site(row), []).append(_exported(row))
    return [
        Pasted(kind="a browser's export", origin=site, cookies=tuple(cookies))
        for site, cookies in by_site.items()
    ]


def _rows_of(found: JsonObject) -> list[Json] | None:
    """Return the cookies of {name: value}, as scripts keep them; None for another object."""
    if not found or not all(isinstance(value, str) for value in found.values()):
        return None
    return [{"name": name, "value": value} for name, value in found.items()]


def read_netscape(text: str) -> list[Pasted] | None:
    """Read a cookies.txt, or rows copied from a browser's cookie table."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not (lines[0].startswith(NETSCAPE[:10]) or "\t" in lines[0]):
        return None
    by_site: dict[str, list[Seen]] = {}
    for line in lines:
        is_http_only = line.startswith(HTTP_ONLY)
        fields = line.removeprefix(HTTP_ONLY).split("\t")
        if (line.startswith("#") and not is_http_only) or len(fields) < 3:
            continue
        row = _jar_row(fields, is_http_only) if len(fields) == 7 else _table_row(fields)
        by_site.setdefault(_site(row), []).append(_exported(row))
    return [
        Pasted(kind="a browser's export", origin=site, cookies=tuple(cookies))
        for site, cookies in by_site.items()
    ]


READERS = (read_shell, read_powershell, read_fetch, read_json, read_netscape)


def _jar_row(fields: list[str], is_http_only: bool) -> JsonObject:
    domain, _, path, secure, expires, name, value = fields
    is_there = expires.isdigit() and int(expires) > 0
    return {
        "name": name,
        "value": value,
        "domain": domain,
        "path": path,
        "httpOnly": is_http_only,
        "secure": secure == "TRUE",
        "expirationDate": int(expires) if is_there else None,
    }


def _table_row(fields: list[str]) -> JsonObject:
    """Return a row of a browser's cookie table: name, value, domain, path, expires, …"""
    keys = ("name", "value", "domain", "path", "expires", "size", "httpOnly", "secure", "sameSite")
    row: JsonObject = dict(zip(keys, (field.strip() for field in fields), strict=False))
    for name in ("httpOnly", "secure"):
        row[name] = row.get(name) in ("✓", "true", "TRUE")
    return row


def _site(row: JsonObject) -> str:
    domain = str(row.get("domain") or "").lstrip(".")
    return f"{'https' if row.get('secure') is True else 'http'}://{domain}" if domain else ""


def _exported(row: JsonObject) -> Seen:
    """Return a cookie of an export."""
    name, wire = str(row.get("name")), str(row.get("value"))
    domain = str(row.get("domain") or "")
    same = str(row.get("sameSite") or "")
    value = decode_component(wire)
    return Seen(
        value=wire if value is None else value,
        line=SetCookie(
            name=name,
            value=wire,
            size=len(name) + 1 + len(wire),
            path=str(row.get("path") or ""),
            domain=domain if domain.startswith(".") else "",
            secure=row.get("secure") is True,
            http_only=row.get("httpOnly") is True,
            same_site={"no_restriction": "none", "unspecified": ""}.get(same, same),
        ),
        is_whole="path" in row,
        expires=_moment(row.get("expirationDate") or row.get("expires")),
    )


def _moment(value: Json) -> Seconds | None:
    """Return Unix seconds of a number or a date; None for a session cookie."""
    if is_number(value):
        return float(value) if value > 0 else None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(str(value)).timestamp()
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _har(entries: list[JsonObject]) -> list[Pasted]:
    """Return what each site's browser held at the end of the recording."""
    by_site: dict[str, dict[str, Seen]] = {}
    for entry in entries:
        request, response = _part(entry, "request"), _part(entry, "response")
        url = urlsplit(str(request.get("url") or ""))
        jar = by_site.setdefault(f"{url.scheme}://{url.netloc}", {})
        for cookie in _sent(request):
            known = jar.get(cookie.name)
            if known is None or known.value != cookie.value:
                jar[cookie.name] = cookie
        at = _moment(entry.get("startedDateTime"))
        for text in _headers(response, "set-cookie"):
            for line in text.split("\n"):  # browsers join repeated headers so
                found = seen_line(line, at)
                if found is not None:
                    jar.pop(found.name, None)
                    jar |= {} if found.line.is_deletion else {found.name: found}
    return [
        Pasted(kind="a HAR", origin=site, cookies=tuple(jar.values()))
        for site, jar in by_site.items()
    ]


def _sent(request: JsonObject) -> Iterator[Seen]:
    """Yield what a request sent; some recorders leave the header out and keep the list."""
    headers = list(_headers(request, "cookie"))
    for text in headers:
        yield from cookie_header(text)
    for row in () if headers else _list(request.get("cookies")):
        found = (
            seen_pair(str(row.get("name")), str(row.get("value")))
            if isinstance(row, dict)
            else None
        )
        if found is not None:
            yield found


def _headers(message: JsonObject, name: str) -> Iterator[str]:
    for header in _list(message.get("headers")):
        if isinstance(header, dict) and str(header.get("name")).lower() == name:
            yield str(header.get("value") or "")


def _part(entry: JsonObject, name: str) -> JsonObject:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []

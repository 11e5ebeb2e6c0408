"""Cookies of a HAR: what each site's browser held at the end of the recording."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import object_member
from session_inspector.inspector.decode.inputs.rows_of_exports import read_time
from session_inspector.inspector.decode.paste import (
    ByName,
    Pasted,
    PastedCookie,
    list_cookies,
    put_cookies,
    read_cookie_header,
    read_pair,
    read_set_cookie,
)

SANITIZED = (
    "the HAR has no cookies: browsers leave them out of it unless asked. Fix: export it again with"
    " `Export HAR (with sensitive data)` (Chrome and Edge: DevTools, Settings, Preferences,"
    " Network, `Allow to generate HAR with sensitive data`)"
)


def read_har(entries: list[JsonObject]) -> list[Pasted]:
    """Return the cookies of each site.

    Raises: InputError for a HAR without cookies, and when a response deleted the last of them.
    """
    by_site: dict[str, ByName] = {}
    deleted: list[str] = []
    for entry in entries:
        request = object_member(entry, "request")
        jar = by_site.setdefault(_site_of(str(request.get("url") or "")), {})
        _keep_sent(jar, request)
        deleted += _keep_set(jar, entry)
    found = [
        Pasted(kind="a HAR", origin=site, cookies=list_cookies(jar))
        for site, jar in by_site.items()
        if jar
    ]
    if found:
        return found
    if deleted:
        names = ", ".join(dict.fromkeys(deleted))
        raise InputError(
            f"the browser held no cookie at the end of the HAR: a response deleted {names}."
            " Fix: give a recording that ends before the logout"
        )
    raise InputError(SANITIZED)


def _site_of(url: str) -> str:
    """Return the site of a URL, empty for what is none."""
    try:
        found = urlsplit(url)
    except ValueError:
        return ""  # `http://[`
    return f"{found.scheme}://{found.netloc}"


def _keep_sent(jar: ByName, request: JsonObject) -> None:
    """Put what a request sent into the jar; a cookie that was set keeps its attributes."""
    known = {(cookie.name, cookie.value): cookie for cookie in list_cookies(jar)}
    sent = [known.get((cookie.name, cookie.value), cookie) for cookie in _read_sent(request)]
    names = {cookie.name for cookie in sent}
    for name in names:
        jar.pop(name, None)
    for cookie in sent:
        jar.setdefault(cookie.name, []).append(cookie)


def _keep_set(jar: ByName, entry: JsonObject) -> list[str]:
    """Put what a response set into the jar; returns the names of what it deleted."""
    at = read_time(entry.get("startedDateTime"))
    deleted: list[str] = []
    for found in _read_set(object_member(entry, "response"), at):
        put_cookies(jar, [found])
        if found.line.is_deletion:
            deleted.append(found.name)
            _forget_deleted(jar, found.name)
    return deleted


def _forget_deleted(jar: ByName, name: str) -> None:
    """Drop what a response deleted; another cookie of its name stays."""
    live = [cookie for cookie in jar.pop(name) if not cookie.line.is_deletion]
    if live:
        jar[name] = live


def _read_set(response: JsonObject, at: Seconds | None) -> Iterator[PastedCookie]:
    """Yield what a response set."""
    sent_at = parse_cookie_date(next(_header_values(response, "date"), ""))
    for text in _header_values(response, "set-cookie"):
        for line in text.split("\n"):  # browsers join repeated headers so
            found = read_set_cookie(line, at, sent_at)
            if found is not None:
                yield found


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

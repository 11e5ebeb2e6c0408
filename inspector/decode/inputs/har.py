"""Cookies of a HAR: what each site's browser held at the end of the recording."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import object_member
from session_inspector.inspector.decode.inputs.rows_of_exports import read_time
from session_inspector.inspector.decode.paste import (
    Pasted,
    PastedCookie,
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
    by_site: dict[str, dict[str, PastedCookie]] = {}
    deleted: list[str] = []
    for entry in entries:
        request = object_member(entry, "request")
        url = urlsplit(str(request.get("url") or ""))
        jar = by_site.setdefault(f"{url.scheme}://{url.netloc}", {})
        _keep_sent(jar, request)
        deleted += _keep_set(jar, entry)
    found = [
        Pasted(kind="a HAR", origin=site, cookies=tuple(jar.values()))
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


def _keep_sent(jar: dict[str, PastedCookie], request: JsonObject) -> None:
    """Put what a request sent into the jar; a cookie that was set keeps its attributes."""
    for cookie in _read_sent(request):
        known = jar.get(cookie.name)
        if known is None or known.value != cookie.value:
            jar[cookie.name] = cookie


def _keep_set(jar: dict[str, PastedCookie], entry: JsonObject) -> list[str]:
    """Put what a response set into the jar; returns the names of what it deleted."""
    at = read_time(entry.get("startedDateTime"))
    deleted: list[str] = []
    for found in _read_set(object_member(entry, "response"), at):
        jar.pop(found.name, None)
        if found.line.is_deletion:
            deleted.append(found.name)
        else:
            jar[found.name] = found
    return deleted


def _read_set(response: JsonObject, at: Seconds | None) -> Iterator[PastedCookie]:
    """Yield what a response set."""
    for text in _header_values(response, "set-cookie"):
        for line in text.split("\n"):  # browsers join repeated headers so
            found = read_set_cookie(line, at)
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

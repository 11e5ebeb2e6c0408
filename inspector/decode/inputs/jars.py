"""Cookie jars as text: of curl, wget, Python and Perl, and rows of a browser's cookie table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from session_inspector.devserver.core.values import JsonObject
from session_inspector.inspector.decode.inputs.rows_of_exports import read_row, site_of
from session_inspector.inspector.decode.paste import (
    ByName,
    Pasted,
    PastedCookie,
    check_count,
    list_cookies,
    put_cookies,
    read_cookie_header,
    read_set_cookie,
)

HTTP_ONLY = "#HttpOnly_"
HEADS = ("# Netscape", "# HTTP Cookie File")
"""First lines of a cookies.txt: of browsers and curl, and of wget."""
JAR_FIELDS = 7
COLUMNS = ("name", "value", "domain", "path", "expires", "size", "httpOnly", "secure", "sameSite")
"""Of a browser's cookie table."""
FLAGS = ("TRUE", "FALSE")
_SECONDS = re.compile("[0-9]{1,12}")
LWP = "#LWP-Cookies-"
_SET_COOKIE3 = re.compile(r"Set-Cookie3:\s*([^=]+)=(\"(?:[^\"\\]|\\.)*\"|[^;]*);(.*)")
_LWP_ATTRIBUTE = re.compile(r"(\w+)(?:=(?:\"([^\"]*)\"|([^;]*)))?\s*(?:;|$)")


def read_jar(text: str) -> list[Pasted] | None:
    """Read a cookies.txt, or rows copied from a browser's cookie table."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not (lines[0].startswith(HEADS) or any(map(_is_row, lines))):
        return None
    rows = [_read_line(line) for line in lines]
    return group_by_site(row for row in rows if row is not None)


def group_by_site(rows: Iterable[JsonObject]) -> list[Pasted]:
    """Return the cookies of an export by their sites."""
    by_site: dict[str, list[PastedCookie]] = {}
    listed = list(rows)
    check_count(len(listed), "cookies")
    for row in listed:
        by_site.setdefault(site_of(row), []).append(read_row(row))
    return [
        Pasted(kind="a browser's export", origin=site, cookies=tuple(cookies))
        for site, cookies in by_site.items()
    ]


def _is_row(line: str) -> bool:
    return "\t" in line or _spaced_fields(line) is not None


def _spaced_fields(line: str) -> list[str] | None:
    """Return the fields of a jar's line whose tabs a terminal made spaces."""
    fields = line.split()
    if len(fields) == JAR_FIELDS and fields[1] in FLAGS and fields[3] in FLAGS:
        return fields
    return None


def _read_line(line: str) -> JsonObject | None:
    """Return the cookie of a line, None for a comment, a table's head and anything else."""
    is_http_only = line.startswith(HTTP_ONLY)
    if line.startswith("#") and not is_http_only:
        return None
    bare = line.removeprefix(HTTP_ONLY)
    fields = _spaced_fields(bare) or bare.split("\t")
    if len(fields) < 2 or fields[:2] == ["Name", "Value"]:
        return None
    if len(fields) == JAR_FIELDS and fields[1] in FLAGS:
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


def read_lwp(text: str) -> list[Pasted] | None:
    """Read the jar of Perl's and Python's LWP: `Set-Cookie3:` lines."""
    if not text.lstrip().startswith((LWP, "Set-Cookie3:")):
        return None
    return group_by_site(_lwp_rows(text.splitlines()))


def _lwp_rows(lines: Iterable[str]) -> Iterator[JsonObject]:
    for line in lines:
        found = _SET_COOKIE3.match(line)
        if found is None:
            continue
        attributes = _LWP_ATTRIBUTE.findall(found[3])
        named = {name.lower(): quoted or plain for name, quoted, plain in attributes}
        yield {
            "name": found[1].strip(),
            "value": found[2].strip('"'),
            "domain": named.get("domain", ""),
            "path": named.get("path", ""),
            "secure": "secure" in named,
            "expires": named.get("expires", "").replace("Z", "+00:00"),
        }


def read_developer_rows(text: str) -> list[Pasted] | None:
    """Read headers copied from a browser's network panel: a name, and its value a line below."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    by_name: ByName = {}
    for name, value in pairwise(lines):
        plain = name.rstrip(":").lower()
        if plain == "cookie" and "=" in value:
            put_cookies(by_name, read_cookie_header(value))
        elif plain == "set-cookie" and "=" in value:
            found = read_set_cookie(value)
            if found is not None:
                put_cookies(by_name, [found])
    if not by_name:
        return None
    return [Pasted(kind="headers of a network panel", cookies=list_cookies(by_name))]

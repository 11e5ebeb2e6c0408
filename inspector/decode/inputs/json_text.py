"""JSON that holds cookies: a HAR, an export, headers, an event, a log, or a store's rows."""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_json
from session_inspector.inspector.decode.inputs.har import read_har
from session_inspector.inspector.decode.inputs.headers import (
    find_in_tree,
    has_headers,
    read_json_lines,
    read_pairs,
    read_printed,
    read_printed_tree,
)
from session_inspector.inspector.decode.inputs.jars import group_by_site
from session_inspector.inspector.decode.inputs.literals import NotLiteralError, read_literal
from session_inspector.inspector.decode.inputs.rows_of_exports import to_usual_row
from session_inspector.inspector.decode.inputs.stored_rows import read_json_rows
from session_inspector.inspector.decode.paste import (
    ATTRIBUTES,
    ByName,
    Pasted,
    list_cookies,
    put_cookies,
    read_set_cookie,
)

DEEPEST = 3
"""Members above a list of cookies, in what tools export."""
_SET_COOKIE = re.compile(r"[^\s=;,\"]{1,200}=[^\n]*")
NOTHING = (
    "the JSON holds no cookies: it is neither a HAR nor headers, an event, a browser's export or a"
    " store's row. Fix: give a file with `log.entries`, a `cookie` header or a list of cookies"
)


def read_json(text: str) -> list[Pasted] | None:
    """Read JSON, or what Node and Python print like it; None for anything else.

    Raises: InputError for JSON that holds no cookies.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return read_printed(text)
    try:
        found: Json = parse_json(text)
    except ValueError as error:
        read = read_json_lines(text) or _read_printed(text)
        if read is None:
            raise InputError(f"the input starts as JSON, but is none: {error}") from error
        return read
    read = _read_tree(found)
    if read is None and has_headers(found):
        raise InputError(
            "these headers have no cookie. Fix: give those of a request that sends some"
        )
    if read is None:
        raise InputError(NOTHING)
    return read


def _read_printed(text: str) -> list[Pasted] | None:
    """Read what Node and Python print: a list of cookies (Selenium's, Playwright's), headers."""
    try:
        found = read_literal(text)
    except NotLiteralError:
        return None
    return _read_export(found) or read_printed_tree(found)


def _read_tree(found: Json) -> list[Pasted] | None:
    """Return the cookies of a tree, by the first form that it has."""
    if isinstance(found, dict):
        entries = object_member(found, "log").get("entries")
        if isinstance(entries, list):
            return read_har([entry for entry in entries if isinstance(entry, dict)])
    exported = _read_export(found)
    if exported:
        return exported
    rows = read_json_rows(found)
    if rows:
        return rows
    headers = find_in_tree(found)
    if headers is not None:
        return [headers]
    pairs = None
    if not has_headers(found):
        pairs = read_pairs(found)
    if pairs is None:
        return None
    return [pairs]


def _find_list(tree: Json, depth: int) -> list[Json]:
    """Return the list of cookies of a tree: itself, one cookie, or a member `cookies` in it."""
    if isinstance(tree, list):
        if depth == 0:
            return tree
        return [row for one in tree for row in _find_list(one, depth + 1)]
    if not isinstance(tree, dict) or depth > DEEPEST:
        return []
    cookies = tree.get("cookies")
    if isinstance(cookies, list):
        return cookies
    if "value" in tree and not ATTRIBUTES.isdisjoint(map(str.lower, tree)):
        return [tree]
    return [row for one in tree.values() for row in _find_list(one, depth + 1)]


def _read_lines(lines: list[str]) -> list[Pasted]:
    """Read `headers["set-cookie"]`, or what a test expects of it: a list of lines."""
    found: ByName = {}
    for line in lines:
        cookie = read_set_cookie(line)
        if cookie is not None:
            put_cookies(found, [cookie])
    return [Pasted(kind="Set-Cookie headers", cookies=list_cookies(found))]


def _read_export(found: Json) -> list[Pasted]:
    """Read a list of cookies, or a storage state: objects with a name and a value."""
    if isinstance(found, list):
        lines = [row for row in found if isinstance(row, str) and _SET_COOKIE.match(row)]
        if lines and len(lines) == len(found):
            return _read_lines(lines)
    rows = _find_list(found, 0)
    objects = [to_usual_row(row) for row in rows if isinstance(row, dict)]
    cookies = [row for row in objects if "name" in row and "value" in row]
    if any(str(row["name"]).lower() in ("cookie", "set-cookie") for row in cookies):
        return []  # headers, each an object
    return group_by_site(cookies)

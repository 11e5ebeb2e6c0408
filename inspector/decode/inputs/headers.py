"""Cookies in trees: headers as JSON, what Node and Python print, AWS events, log lines.

A tree is searched for the members that hold cookies, wherever they are: `cookie`, `set-cookie`,
`cookies`, `HTTP_COOKIE`. What is beside them (`host`, `user-agent`) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.json_text import parse_json
from session_inspector.inspector.decode.inputs.literals import NotLiteralError, read_literal
from session_inspector.inspector.decode.inputs.rows_of_exports import read_row
from session_inspector.inspector.decode.paste import (
    ATTRIBUTES,
    ByName,
    Pasted,
    PastedCookie,
    list_cookies,
    put_cookies,
    read_cookie_header,
    read_pair,
    read_set_cookie,
)

SENT = frozenset({"cookie", "cookies", "http-cookie", "request-cookies", "request-header-cookie"})
"""Names of what a request brought, in lower case and with dashes."""
SET = frozenset({"set-cookie", "response-cookies", "http-set-cookie"})
KNOWN_HEADERS = frozenset({"host", "user-agent", "accept", "content-type", "connection"})
DEEPEST = 40
AWS = frozenset({"requestContext", "rawPath", "Records", "cf"})
"""Members by which an event of AWS is told."""
_BEGINS = re.compile(r"([^=;{\[(]{0,80}?)(?:\(\d+\)\s*)?[{\[(]")
"""Few words, perhaps a size, and a bracket: `req.headers: {`, `Map(1) {`."""
_COOKIES_BY_NAME = re.compile(r"(?i).*(?:multidict|cookies?)\s*")
"""Words before pairs that are cookies, not headers."""


def read_printed(text: str) -> list[Pasted] | None:
    """Read an object as Node or Python prints it; None for anything else, and without cookies."""
    start = _BEGINS.match(text)
    if start is None:
        return None
    try:
        tree = read_literal(text[start.end() - 1 :])
    except NotLiteralError:
        return None
    if _COOKIES_BY_NAME.fullmatch(start[1]):
        tree = _unwrap_pairs(tree)
    return read_printed_tree(tree)


def read_printed_tree(tree: Json) -> list[Pasted] | None:
    """Return the cookies of an object that was printed; None where it has none."""
    found = find_in_tree(tree)
    if found is None and not has_headers(tree):
        found = read_pairs(tree)
    if found is None:
        return None
    return [replace(found, kind="a printed object")]


def _unwrap_pairs(tree: Json) -> Json:
    """Return pairs as an object: `([('a', '1')])`; anything else as it is."""
    while isinstance(tree, list) and len(tree) == 1 and isinstance(tree[0], list):
        if _as_pair(tree[0]) is not None:
            break
        tree = tree[0]
    if not isinstance(tree, list):
        return tree
    pairs = [_as_pair(each) for each in tree]
    if not all(pairs) or any(_plain_name(pair[0]) in SENT | SET for pair in pairs if pair):
        return tree
    return {pair[0]: pair[1] for pair in pairs if pair}


def read_pairs(tree: Json) -> Pasted | None:
    """Read {name: value}, as scripts keep cookies, or {name: cookie}; None for anything else."""
    if not isinstance(tree, dict) or not tree:
        return None
    rows = [_as_cookie(name, value) for name, value in tree.items()]
    if not all(rows):
        return None
    cookies = [read_row(row) for row in rows]
    return Pasted(kind="a browser's export", cookies=tuple(cookies))


def _as_cookie(name: str, value: Json) -> JsonObject:
    """Return a cookie of a text, or of an object that repeats its name; empty for anything else."""
    if isinstance(value, str):
        return {"name": name, "value": value}
    if isinstance(value, dict) and value.get("name") == name and "value" in value:
        return value
    return {}


def find_in_tree(tree: Json) -> Pasted | None:
    """Return the cookies of a tree that has some, or the headers of a request; else None."""
    members = list(_cookie_members(tree, 0))
    if not members:
        return None
    found: ByName = {}
    for name, value in members:
        put_cookies(found, _read_member(name, value))
    if not found:
        return None
    return Pasted(kind=_kind_of(tree), origin=_origin_of(tree), cookies=list_cookies(found))


def has_headers(tree: Json) -> bool:
    """Check for an object with a request's headers, cookies or not."""
    return isinstance(tree, dict) and not KNOWN_HEADERS.isdisjoint(name.lower() for name in tree)


def _kind_of(tree: Json) -> str:
    if isinstance(tree, dict) and not AWS.isdisjoint(tree):
        return "an AWS event"
    return "headers as JSON"


def _plain_name(name: str) -> str:
    return name.lower().replace("_", "-").replace(" ", "-").lstrip("$")


def _cookie_members(tree: Json, depth: int) -> Iterator[tuple[str, Json]]:
    """Yield (plain name, value) of the members of a tree that hold cookies."""
    if depth > DEEPEST:
        return
    if isinstance(tree, dict):
        for name, value in tree.items():
            plain = _plain_name(name)
            if plain in SENT or plain in SET:
                yield plain, value
            else:
                yield from _cookie_members(value, depth + 1)
    elif isinstance(tree, list):
        yield from _list_members(tree, depth)


def _list_members(tree: list[Json], depth: int) -> Iterator[tuple[str, Json]]:
    """Yield those of a list: of objects, of (name, value) pairs, or of names and values in turn."""
    if all(isinstance(each, str) for each in tree):
        yield from _in_turn([str(each) for each in tree])
        return
    for each in tree:
        pair = _as_pair(each)
        if pair is not None:
            plain = _plain_name(pair[0])
            if plain in SENT or plain in SET:
                yield plain, pair[1]
        else:
            yield from _cookie_members(each, depth + 1)


def _in_turn(texts: list[str]) -> Iterator[tuple[str, Json]]:
    """Yield cookies of `rawHeaders`: a name, its value, the next name, …"""
    for name, value in zip(texts[::2], texts[1::2], strict=False):
        plain = _plain_name(name)
        if plain in SENT or plain in SET:
            yield plain, value


def _as_pair(each: Json) -> tuple[str, str] | None:
    """Return a header that is a list or an object of two texts."""
    if isinstance(each, list) and len(each) == 2:
        name, value = each
    elif isinstance(each, dict):
        name = each.get("name", each.get("key"))
        value = each.get("value")
    else:
        return None
    if isinstance(name, str) and isinstance(value, str):
        return name, value
    return None


def _read_member(name: str, value: Json) -> Iterator[PastedCookie]:
    """Yield the cookies of one member, whatever form it has."""
    if isinstance(value, str):
        yield from _read_text(name, value)
    elif isinstance(value, list):
        for each in value:
            yield from _read_element(name, each)
    elif isinstance(value, dict) and _as_pair(value) is not None:
        yield from _read_element(name, value["value"])
    elif isinstance(value, dict):
        yield from _read_by_name(value)


def _read_text(name: str, text: str) -> Iterator[PastedCookie]:
    if name not in SET and not _has_attributes(text):
        yield from read_cookie_header(text)
        return
    for line in text.split("\n"):
        cookie = read_set_cookie(line)
        if cookie is not None and "=" in line:
            yield cookie


def _has_attributes(text: str) -> bool:
    """Check for a Set-Cookie line under another name, as AWS answers hold them."""
    names = [part.partition("=")[0].strip().lower() for part in text.split(";")[1:]]
    return not ATTRIBUTES.isdisjoint(names)


def _read_element(name: str, each: Json) -> Iterator[PastedCookie]:
    """Yield cookies of an element: a header's text, a cookie as an object, CloudFront's value."""
    if isinstance(each, str):
        yield from _read_text(name, each)
    elif isinstance(each, dict) and "name" in each and "value" in each:
        yield read_row(each)
    elif isinstance(each, dict) and isinstance(each.get("value"), str):
        yield from _read_text(name, str(each["value"]))


def _read_by_name(cookies: JsonObject) -> Iterator[PastedCookie]:
    """Yield cookies of {name: value} and of {name: {"value": …}}, as CloudFront and Firefox do."""
    for name, value in cookies.items():
        if isinstance(value, dict) and isinstance(value.get("value"), str):
            yield read_row({**value, "name": name})
        elif isinstance(value, str):
            cookie = read_pair(name, value)
            if cookie is not None:
                yield cookie


def _origin_of(tree: Json) -> str:
    """Return the site of a request by its Host header; empty: not known."""
    headers = {name: value for name, value in _header_texts(tree, 0)}
    host = headers.get("host", "")
    if not re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", host):
        return ""
    return f"{headers.get('x-forwarded-proto', 'http')}://{host}"


def _header_texts(tree: Json, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        return
    if isinstance(tree, dict):
        for name, value in tree.items():
            plain = _plain_name(name).removeprefix("http-")
            if isinstance(value, str) and plain in ("host", "x-forwarded-proto"):
                yield plain, value
            else:
                yield from _header_texts(value, depth + 1)
    elif isinstance(tree, list):
        for each in tree:
            yield from _header_texts(each, depth + 1)


def read_json_lines(text: str) -> list[Pasted] | None:
    """Read a log of JSON lines; None when a line is none, or no line has cookies."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not all(line.lstrip().startswith("{") for line in lines):
        return None
    found: ByName = {}
    for line in lines:
        try:
            tree: Json = parse_json(line)
        except ValueError:
            return None
        pasted = find_in_tree(tree)
        if pasted is not None:
            put_cookies(found, pasted.cookies)
    if not found:
        return None
    return [Pasted(kind="JSON log lines", cookies=list_cookies(found))]

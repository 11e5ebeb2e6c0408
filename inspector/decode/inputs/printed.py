"""What other languages and tools print: Go's maps, Ruby's and PHP's arrays, Python's jars, Firefox.

Read line by line with patterns, never evaluated.
"""

from __future__ import annotations

import re

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.inspector.decode.inputs.headers import find_in_tree, has_headers, read_pairs
from session_inspector.inspector.decode.inputs.literals import undo_escapes
from session_inspector.inspector.decode.paste import Pasted

KIND = "a printed object"
_MEMBER = re.compile(
    r"(?i)[\"']((?:http[_-])?(?:set-)?cookie)[\"']\s*(?:=>|:|,)\s*(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)')"
)
"""A member alone, as a line of a longer print is copied."""
_MAP = re.compile(r"\bmap\[|\s*\{[\w-]+=\[")
_MAP_MEMBER = re.compile(r"(?i)\b((?:set-)?cookie)[:=]\[([^\]]*)\]")
_PHP_ARRAY = re.compile(r"\s*(?:Array\s*\(|array\(\d+\) \{)")
_PHP_PRINTED = re.compile(r"(?m)^\s*\[([^\]\n]{1,200})\] => (.*?)\r?$")
_PHP_DUMPED = re.compile(r"\[\"([^\"\n]{1,200})\"\]\s*=>\s*string\(\d+\) \"([^\"]*)\"")
_JAR = re.compile(r"<Cookie ([^\s=<>]{1,200})=(\S*) for [^<>]{1,300}>")
_FIREFOX_ROW = re.compile(r"([^\s:\"]{1,200}):\"(.*)\"")
_CONSOLE = re.compile(r"([\"'])([^\s=;\"']{1,200}=[^;\n]*;[^\n]*)\1")
_FIREFOX_MARKS = ("HttpOnly:", "SameSite:")


def read_other_prints(text: str) -> list[Pasted] | None:
    """Read what is printed by others than Node and Python; None for anything else."""
    for read in (
        _read_map,
        _read_php,
        _read_cookie_jar,
        _read_firefox,
        _read_member,
        _read_console,
    ):
        tree = read(text)
        if tree:
            found = _to_cookies(tree)
            if found is not None:
                return [found]
    return None


def _to_cookies(tree: JsonObject) -> Pasted | None:
    found = find_in_tree(tree)
    if found is None and not has_headers(tree):
        found = read_pairs(tree)
    if found is None:
        return None
    return Pasted(kind=KIND, origin=found.origin, cookies=found.cookies)


def _read_map(text: str) -> JsonObject:
    """Read `map[Cookie:[a=1; b=2] Host:[x]]` of Go, and `{cookie=[a=1; b=2]}` of Java."""
    if not _MAP.search(text[:200]):
        return {}
    return dict(_MAP_MEMBER.findall(text))


def _read_php(text: str) -> JsonObject:
    """Read what print_r and var_dump print of `$_COOKIE`, `$_SERVER`, getallheaders()."""
    if not _PHP_ARRAY.match(text):
        return {}
    return dict(_PHP_PRINTED.findall(text) or _PHP_DUMPED.findall(text))


def _read_cookie_jar(text: str) -> JsonObject:
    """Read `<RequestsCookieJar[<Cookie a=1 for x/>]>`, as requests and http.cookiejar print."""
    rows: list[Json] = [{"name": name, "value": value} for name, value in _JAR.findall(text)]
    if not rows:
        return {}
    return {"cookies": rows}


def _read_firefox(text: str) -> JsonObject:
    """Read a row of Firefox' storage panel: `name:"value"`, then its attributes one a line."""
    first, _, rest = text.strip().partition("\n")
    match = _FIREFOX_ROW.fullmatch(first.strip())
    if match is None or not all(mark in rest for mark in _FIREFOX_MARKS):
        return {}
    return {"cookies": [{"name": match[1], "value": match[2]}]}


def _read_member(text: str) -> JsonObject:
    """Read a member of a print that was copied alone: `"HTTP_COOKIE"=>"a=1"`."""
    if text.lstrip()[:1] not in ("'", '"'):
        return {}
    match = _MEMBER.match(text.lstrip())
    if match is None:
        return {}
    return {match[1]: undo_escapes(match[2] or match[3] or "")}


def _read_console(text: str) -> JsonObject:
    """Read `document.cookie` with the quotes of a browser's console."""
    match = _CONSOLE.fullmatch(text.strip())
    if match is None:
        return {}
    return {"cookie": match[2]}

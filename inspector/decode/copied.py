"""Cookies out of commands that browsers copy: curl and its like, PowerShell, fetch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.inputs.shell_words import split_words
from session_inspector.inspector.decode.paste import (
    Pasted,
    PastedCookie,
    read_cookie_header,
    read_pair,
)

HEADER_FLAGS = ("-H", "--header")
COOKIE_FLAGS = ("-b", "--cookie")
VALUED = (*HEADER_FLAGS, *COOKIE_FLAGS, "--url")
_SHELL = re.compile(r"\s*(curl(\.exe)?|wget|https?|xhs?)\s")
_FETCH = re.compile(r"\bfetch\(\s*[\"']([^\"']+)")
_FETCH_COOKIE = re.compile(r"[\"']cookie[\"']\s*:\s*\"((?:[^\"\\]|\\.)*)\"", re.IGNORECASE)
_POWERSHELL = re.compile(r'System\.Net\.Cookie\("((?:[^"`]|`.)*)",\s*"((?:[^"`]|`.)*)"')
_POWERSHELL_URL = re.compile(r'-Uri\s+"((?:[^"`]|`.)*)"', re.IGNORECASE)


def read_shell(text: str) -> list[Pasted] | None:
    """Read `curl URL -H 'Cookie: …' -b …`, and wget and HTTPie; None for anything else.

    Raises: InputError for a command whose quotes do not close.
    """
    tool = _SHELL.match(text)
    if tool is None:
        return None
    words = split_words(text)
    origin = ""
    found: list[PastedCookie] = []
    steps = iter(words[1:])
    for word in steps:
        flag, value = _split_flag(word, steps)
        if flag == "--url":
            origin = value
        elif re.match(r"https?://", word):
            origin = word
        else:
            found += _read_cookies(flag, value)
    return [Pasted(kind=f"a {tool[1]} command", origin=origin, cookies=tuple(found))]


def _split_flag(word: str, steps: Iterator[str]) -> tuple[str, str]:
    """Return a flag that is read here, and its value, which may be the next word."""
    flag = word
    value = ""
    if word.startswith("--"):
        flag, _, value = word.partition("=")
    if flag in VALUED and not value:
        value = next(steps, "")
    return flag, value


def _read_cookies(flag: str, value: str) -> list[PastedCookie]:
    if flag in HEADER_FLAGS:
        return _read_header(value)
    if flag in COOKIE_FLAGS:
        return read_cookie_header(value)
    if flag[:7].lower() == "cookie:":  # HTTPie's headers are plain words
        return read_cookie_header(flag[7:])
    return []


def _read_header(text: str) -> list[PastedCookie]:
    name, _, value = text.partition(":")
    if name.strip().lower() == "cookie":
        return read_cookie_header(value)
    return []


def read_powershell(text: str) -> list[Pasted] | None:
    """Read `$session.Cookies.Add((New-Object System.Net.Cookie("NAME", "VALUE", …`."""
    pairs = _POWERSHELL.findall(text)
    if not pairs:
        return None
    cookies = [read_pair(_drop_ticks(name), _drop_ticks(wire)) for name, wire in pairs]
    found = tuple(cookie for cookie in cookies if cookie is not None)
    origin = ""
    url = _POWERSHELL_URL.search(text)
    if url:
        origin = _drop_ticks(url[1])
    return [Pasted(kind="a PowerShell command", origin=origin, cookies=found)]


def _drop_ticks(text: str) -> str:
    """Undo PowerShell's escapes."""
    return re.sub(r"`(.)", r"\1", text, flags=re.DOTALL)


def read_fetch(text: str) -> list[Pasted] | None:
    """Read `fetch("URL", {headers: {cookie: …}})`, as browsers copy it for Node.

    Raises: InputError for a text whose escapes are none.
    """
    url = _FETCH.search(text)
    cookie = _FETCH_COOKIE.search(text)
    if url is None or cookie is None:
        return None
    try:
        value = str(json.loads(f'"{cookie[1]}"', strict=False))
    except ValueError as error:
        raise InputError(
            f"the fetch call's cookie does not parse: {error}. Fix: copy it whole"
        ) from error
    return [
        Pasted(kind="a fetch call", origin=url[1], cookies=tuple(read_cookie_header(value.strip())))
    ]

"""Cookies out of commands that browsers copy: curl and its like, PowerShell, fetch."""

from __future__ import annotations

import json
import re
import shlex

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.paste import Pasted, Seen, cookie_header, seen_pair

_SHELL = re.compile(r"\s*(curl(\.exe)?|wget|https?|xhs?)\s")
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'")
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
    try:
        words = shlex.split(_unixy(text))
    except ValueError as error:
        raise InputError(f"the command does not parse: {error}. Fix: copy it whole") from error
    found: list[Seen] = []
    origin = ""
    steps = iter(words[1:])
    for word in steps:
        flag, _, joined = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag in ("-H", "--header"):
            name, _, value = (joined or next(steps, "")).partition(":")
            found += cookie_header(value) if name.strip().lower() == "cookie" else []
        elif flag in ("-b", "--cookie"):
            found += cookie_header(joined or next(steps, ""))
        elif flag == "--url":
            origin = joined or next(steps, "")
        elif re.match(r"https?://", word):
            origin = word
        elif word[:7].lower() == "cookie:":  # HTTPie's headers are plain words
            found += cookie_header(word[7:])
    return [Pasted(kind=f"a {tool[1]} command", origin=origin, cookies=tuple(found))]


def read_powershell(text: str) -> list[Pasted] | None:
    """Read `$session.Cookies.Add((New-Object System.Net.Cookie("NAME", "VALUE", …`."""
    pairs = [(_unticked(name), _unticked(value)) for name, value in _POWERSHELL.findall(text)]
    if not pairs:
        return None
    found = [seen for name, wire in pairs if (seen := seen_pair(name, wire))]
    url = _POWERSHELL_URL.search(text)
    origin = _unticked(url[1]) if url else ""
    return [Pasted(kind="a PowerShell command", origin=origin, cookies=tuple(found))]


def _unticked(text: str) -> str:
    return re.sub(r"`(.)", r"\1", text, flags=re.DOTALL)


def _unixy(text: str) -> str:
    """Undo what the shells of the copied command add: cmd's carets, bash's $'…'."""
    if '^"' in text:
        text = re.sub(r"\^(.)", r"\1", text.replace("^\r\n", " ").replace("^\n", " "))
    text = text.replace("\\\r\n", " ").replace("\\\n", " ")
    return _ANSI.sub(lambda found: shlex.quote(_ansi(found[1])), text)


def _ansi(text: str) -> str:
    names = {"n": "\n", "t": "\t", "r": "\r"}

    def one(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        return names.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", one, text)


def read_fetch(text: str) -> list[Pasted] | None:
    """Read `fetch("URL", {headers: {cookie: …}})`, as browsers copy it for Node.

    Raises: InputError for a text whose escapes are none.
    """
    url, cookie = _FETCH.search(text), _FETCH_COOKIE.search(text)
    if url is None or cookie is None:
        return None
    try:
        value = str(json.loads(f'"{cookie[1]}"', strict=False))
    except ValueError as error:
        raise InputError(
            f"the fetch call's cookie does not parse: {error}. Fix: copy it whole"
        ) from error
    return [Pasted(kind="a fetch call", origin=url[1], cookies=tuple(cookie_header(value.strip())))]

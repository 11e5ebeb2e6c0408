"""What `decode`, `reseal` and `weak` read: an argument, a file, a browser's database, or stdin."""

from __future__ import annotations

import argparse
import codecs
import re
import sys
from dataclasses import replace
from pathlib import Path

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.inputs.browser_database import (
    is_browser_file,
    read_browser_file,
)
from session_inspector.inspector.decode.paste import LARGEST, Pasted, PastedCookie, read_paste

LONGEST_PATH = 4096
HEAD = 64
ENDINGS = (
    "txt|text|json|jsonl|ndjson|har|log|csv|tsv|cookies?|jar|sqlite3?|db|curl|sh|ps1|cmd|bat|http"
    "|headers?|env|xml|ya?ml|md|html?|out|dat|sql|conf|cfg|ini|toml|bak|binarycookies"
)
_FILE_NAME = re.compile(rf"(?i)[^=;%\s]*[^=;%\s/]\.({ENDINGS})")
"""A name that nobody would give a cookie's value."""
_PATH = re.compile(r"(?:\.{1,2}|~)?/(?:[^=;%+\s/]{1,60}/)*[^=;%+\s/]{0,60}|[A-Za-z]:\\[^=;]*")


def read_pasted(arguments: argparse.Namespace) -> list[Pasted]:
    """Return the cookies of the argument, a file, or stdin.

    Raises: InputError, also for a file that is not there.
    """
    sites = _read_sites(arguments)
    name = arguments.cookie_name
    if not name:
        return sites
    return [
        replace(site, cookies=tuple(_with_name(cookie, name) for cookie in site.cookies))
        for site in sites
    ]


def _with_name(cookie: PastedCookie, name: str) -> PastedCookie:
    """Return a cookie; a bare value gets the name."""
    if cookie.name:
        return cookie
    return replace(cookie, line=replace(cookie.line, name=name))


def _read_sites(arguments: argparse.Namespace) -> list[Pasted]:
    given: str = arguments.input
    if given == "-":
        if "-" in arguments.secret:
            raise InputError(
                "stdin cannot be both the cookie and --secret -. Fix: name a file for the cookie"
            )
        return read_paste(read_stdin(LARGEST + 1), READERS)
    path = find_file(given)
    if path is None:
        return read_paste(given, READERS)
    raw = _read_file(path)
    if is_browser_file(raw[:HEAD]):
        return read_browser_file(path, raw[:HEAD])
    return read_paste(decode_text(raw), READERS)


def find_file(given: str) -> Path | None:
    """Return the file that an argument names; None: it is a cookie.

    Raises: InputError for a folder, and for what can only be a path when nothing is there.
    """
    if not given:
        return None
    path = Path(given).expanduser()
    try:
        is_folder = len(given) < LONGEST_PATH and path.is_dir()
        if len(given) < LONGEST_PATH and path.exists() and not is_folder:
            return path  # a pipe too: `decode <(pbpaste)`
    except (OSError, ValueError, RuntimeError):
        return None
    if is_folder:
        raise InputError(f"{given} is a folder. Fix: name a file in it")
    if _is_path(given, path):
        raise InputError(
            f"{given} is not there. Fix: the path; a cookie's value is given as NAME=VALUE"
        )
    return None


def _is_path(given: str, path: Path) -> bool:
    """Check for a text that is a path and no cookie: by its ending, its start, or its folder."""
    if len(given) > LONGEST_PATH:
        return False
    if _FILE_NAME.fullmatch(given) or _PATH.fullmatch(given):
        return True
    try:
        is_in_folder = path.parent != Path(path.anchor) and path.parent.is_dir()
    except OSError:
        return False
    return is_in_folder and "/" in given and "=" not in given


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4 * LARGEST)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Fix: its mode") from error


def read_stdin(most: int) -> str:
    """Return up to so many characters of stdin, whatever encoding its first bytes name."""
    return decode_text(sys.stdin.buffer.read(4 * most))[:most]


def decode_text(raw: bytes) -> str:
    """Return a text by the encoding that its first bytes name; UTF-8 else."""
    return raw.decode(encoding_of(raw), "replace")


def encoding_of(head: bytes) -> str:
    """Return the encoding that the first bytes of a text name; PowerShell's `>` writes UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"

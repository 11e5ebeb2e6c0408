"""Lists of cookies as libraries print them, and as tests, settings and spreadsheets keep them.

Each form is told by its own marks; a text that could be a cookie by itself is none of these.
"""

from __future__ import annotations

import csv
import re

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.inspector.decode.inputs.jars import group_by_site
from session_inspector.inspector.decode.paste import Pasted

_PYTHON_COOKIE = re.compile(r"\bCookie\((?:version=\w+, )?name='([^']*)', value='([^']*)'")
_SIMPLE_COOKIE = re.compile(r"<SimpleCookie: (.*)>", re.DOTALL)
_MORSEL = re.compile(r"([^\s='<>]{1,200})='([^']*)'")
_OCTETS = r"[^\s=;,\"'\[\]{}()<>]+=[^\s;,\"'\[\]{}()<>]*"
_COMMAS = re.compile(rf"\[?({_OCTETS}(?:, {_OCTETS})*)\]?")
_SPACES = re.compile(rf"\[({_OCTETS}(?: {_OCTETS})*)\]")
_HEADING = re.compile(r"(?i)\s*(?:\[\s*cookies?\s*\]|cookies?\s*:)\s*")
_SETTING = re.compile(
    r"\s*[\"']?([^\s:=\"']+)[\"']?\s*[:=]\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;]+))\s*,?"
)
_VARIABLE = re.compile(
    r"(?i)(?:^|[\s{(,])[\"']?\w*cookies?[\"']?\s*[:=]\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)')"
)
_DEBUG = re.compile(r"\bCookie \{ cookie_string: Some\(\"([^\"]*)\"\)")


def read_listed(text: str) -> list[Pasted] | None:
    """Read a list of cookies of any of these forms; None for anything else."""
    for read in (_read_jar, _read_pairs, _read_settings, _read_table):
        rows = read(text.strip())
        if rows:
            return group_by_site(rows)
    return None


def _to_rows(pairs: list[tuple[str, str]]) -> list[JsonObject]:
    return [{"name": name, "value": value} for name, value in pairs]


def _read_jar(text: str) -> list[JsonObject]:
    """Read `Cookie(version=0, name='a', …)`, `<SimpleCookie: a='1'>` of Python, Rust's debug."""
    found = _SIMPLE_COOKIE.fullmatch(text)
    if found is not None:
        return _to_rows(_MORSEL.findall(found[1]))
    if text.startswith("Cookie {"):
        return _to_rows([_split(pair) for pair in _DEBUG.findall(text)])
    return _to_rows(_PYTHON_COOKIE.findall(text))


def _read_pairs(text: str) -> list[JsonObject]:
    """Read `a=1, b=2` of .NET and Java, and `[a=1 b=2]` of Go: no value has a comma or a space."""
    for form, separator in ((_COMMAS, ", "), (_SPACES, " ")):
        found = form.fullmatch(text)
        if found is not None and (separator in found[1] or text.startswith("[")):
            return _to_rows([_split(pair) for pair in found[1].split(separator)])
    return []


def _split(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value


def _read_settings(text: str) -> list[JsonObject]:
    """Read a section of cookies, in YAML, TOML or Hurl: its name, then a cookie a line."""
    lines = text.splitlines()
    heading = next((at for at, line in enumerate(lines) if _HEADING.fullmatch(line)), None)
    if heading is None:
        return []
    pairs: list[tuple[str, str]] = []
    for line in lines[heading + 1 :]:
        match = _SETTING.fullmatch(line)
        if match is None:
            break
        pairs.append((match[1], match[2] or match[3] or match[4] or ""))
    return _to_rows(pairs)


def _read_table(text: str) -> list[JsonObject]:
    """Read a table with a heading that names the columns `name` and `value`."""
    heading, *lines = text.splitlines()
    columns = [column.strip().strip('"').lower() for column in heading.split(",")]
    if not lines or not {"name", "value"}.issubset(columns):
        return []
    rows: list[JsonObject] = []
    for cells in csv.reader(lines):
        if len(cells) == len(columns):
            row: dict[str, Json] = dict(zip(columns, cells, strict=True))
            rows.append({name: row[name] for name in ("name", "value", "domain") if name in row})
    return rows


def read_variable(text: str) -> list[Pasted] | None:
    """Read `export COOKIE='a=1; b=2'`, `{ headers: { Cookie: 'a=1' } }`: text of a program."""
    found = _VARIABLE.search(text)
    if found is None or "=" in text[: found.start()].partition(" ")[0]:
        return None
    pairs = [part.strip() for part in (found[1] or found[2] or "").split(";")]
    if not all("=" in pair for pair in pairs):
        return None
    return group_by_site(_to_rows([_split(pair) for pair in pairs]))

"""Rows of stores as clients print them: `redis-cli`, `psql -x`, `psql`, mysql and sqlite3, JSON.

A row is no cookie: it has a key, a value, and perhaps the store's end of it. Whose row it is, is
asked by `decode/rows.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.inspector.decode.inputs.literals import undo_escapes
from session_inspector.inspector.decode.inputs.rows_of_exports import read_time
from session_inspector.inspector.decode.paste import Pasted, PastedRow

if TYPE_CHECKING:
    from session_inspector.devserver.attach.rows.base import Shape

_PROMPT = re.compile(
    r"^\S*>\s*(?:get|json\.get|hgetall|getex|type|ttl|hget)\s+(\S+)(?!.*\sHTTP/\d)",
    re.IGNORECASE,
)
"""What was typed at redis-cli, with its key; `> GET / HTTP/1.1` is what curl -v prints."""
_NUMBERED = re.compile(r'^\s*(\d+)\)\s+("(?:[^"\\]|\\.)*"|\(nil\)|\(integer\) -?\d+|.*)$')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RECORD = re.compile(r"^-\[ RECORD \d+ \][-+]*$|^\*+ \d+\. row \*+$")
_COLUMN = re.compile(r"^\s*([A-Za-z_][\w]*)\s*(?:\||:|=)\s?(.*)$")
_CONTINUED = re.compile(r"^\s*\|\s?(.*)$")
_RULE = re.compile(r"[-+─┌┬┐├┼┤└┴┘═╪╞╡]{3,}|\(\d+ rows?\)")
"""Lines of a table that hold no row."""
_LINE_MODE = re.compile(r"^\s*([A-Za-z_]\w*) = (.*)$")
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?")
"""A time without a zone: what servers keep is UTC, unless an app was told otherwise."""
SQL = "rows of a SQL client"


def read_redis_answer(text: str) -> list[Pasted] | None:
    """Read what redis-cli answers to GET or HGETALL; None for anything else.

    Raises: InputError when there is no such key.
    """
    lines = [line.rstrip() for line in text.strip().splitlines()]
    key = ""
    if lines and (typed := _PROMPT.match(lines[0])):
        key = typed[1].strip("\"'")
        lines = lines[1:]
    elif not _looks_answered(lines):
        return None
    numbered = [found for line in lines if (found := _NUMBERED.match(line))]
    if numbered and len(numbered) == len(lines):
        return _from_hash(key, [_undo_redis(found[2]) for found in numbered])
    value = _undo_redis("\n".join(lines))
    if value in (b"", b"(nil)"):
        raise InputError("redis-cli answered (nil): there is no such key. Fix: the key")
    return [Pasted(kind="a redis-cli answer", rows=(PastedRow(key=key, value=value),))]


def _looks_answered(lines: list[str]) -> bool:
    """Check for the quoted text, or the numbered lines, of an answer."""
    if not lines:
        return False
    if len(lines) == 1 and _QUOTED.fullmatch(lines[0]):
        return '\\"' in lines[0] or "\\x" in lines[0]
    if lines == ["(nil)"]:
        return True
    return all(_NUMBERED.match(line) for line in lines)


def _undo_redis(text: str) -> bytes:
    r"""Return the bytes of a printed value: \x80 is one byte, and the rest UTF-8."""
    if not _QUOTED.fullmatch(text):
        return text.encode("utf-8", "replace")
    inner = undo_escapes(text[1:-1])
    if "\\x" in text:
        return b"".join(_to_bytes(letter) for letter in inner)
    return inner.encode("utf-8", "replace")


def _to_bytes(letter: str) -> bytes:
    if ord(letter) < 256:
        return bytes([ord(letter)])
    return letter.encode("utf-8", "replace")


def _from_hash(key: str, parts: list[bytes]) -> list[Pasted] | None:
    """Return the row of a hash: its one member that holds a session, or all as JSON."""
    names = [part.decode("utf-8", "replace") for part in parts[::2]]
    members = dict(zip(names, parts[1::2], strict=False))
    if not members:
        return None
    value = members.get("data")
    if value is None:
        shown = {name: part.decode("utf-8", "replace") for name, part in members.items()}
        value = strict_json(shown).encode()
    return [Pasted(kind="a redis-cli answer", rows=(PastedRow(key=key, value=value),))]


def read_printed_rows(text: str) -> list[Pasted] | None:
    """Read rows that psql -x or mysql's `\\G` prints, a column a line; None for anything else.

    Raises: InputError when no layout has these columns.
    """
    lines = text.strip().splitlines()
    if not lines or not _RECORD.match(lines[0].strip()):
        return None
    records = list(_records(lines))
    rows = [row for columns in records if (row := row_of_columns(columns))]
    if not rows:
        names = ", ".join(dict.fromkeys(name for columns in records for name in columns))
        raise InputError(
            f"no known layout has a row of the columns {names:.200}. Fix: select all columns of the"
            " sessions' table: the key, the data and the end"
        )
    return [Pasted(kind=SQL, rows=tuple(rows))]


def read_line_mode(text: str) -> list[Pasted] | None:
    """Read what sqlite3 prints with `-line`: `name = value`, a column a line."""
    lines = text.strip().splitlines()
    if not lines or not all(_LINE_MODE.match(line) or not line.strip() for line in lines):
        return None
    rows: list[PastedRow] = []
    for record in re.split(r"\n\s*\n", text.strip("\n")):
        columns: dict[str, Json] = {}
        for line in record.splitlines():
            column = _LINE_MODE.match(line)
            if column:
                columns[column[1]] = column[2]
        row = row_of_columns(columns)
        if row is not None:
            rows.append(row)
    if not rows:
        return None
    return [Pasted(kind=SQL, rows=tuple(rows))]


def read_aligned(text: str) -> list[Pasted] | None:
    """Read psql's own table, and sqlite3's and mysql's boxes; None for anything else."""
    table = [line for line in text.splitlines() if line.strip() and not _RULE.fullmatch(line)]
    if len(table) < 2 or not any(_RULE.fullmatch(line) for line in text.splitlines()):
        return None
    names = _cells(table[0])
    if len(names) < 2 or row_of_columns(dict.fromkeys(names)) is None:
        return None
    rows: list[PastedRow] = []
    for line in table[1:]:
        cells = _cells(line)
        if len(cells) == len(names):
            row = row_of_columns(dict(zip(names, cells, strict=True)))
            if row is not None:
                rows.append(row)
    if not rows:
        return None
    return [Pasted(kind=SQL, rows=tuple(rows))]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"[|│]", line.strip().strip("|│"))]


def _records(lines: list[str]) -> Iterator[dict[str, Json]]:
    """Yield {column: text} of each record; a long value goes on in the next line."""
    columns: dict[str, Json] = {}
    name = ""
    for line in lines:
        if _RECORD.match(line.strip()):
            if columns:
                yield columns
            columns = {}
            continue
        column = _COLUMN.match(line)
        if column:
            name = column[1]
            columns[name] = column[2].rstrip()
        elif name and (more := _CONTINUED.match(line)):
            before = str(columns[name]).removesuffix("+").rstrip()
            columns[name] = before + more[1].rstrip()
    if columns:
        yield columns


def read_json_rows(found: Json) -> list[Pasted] | None:
    """Read rows as JSON: a row's columns, a list of them, or the content of one row."""
    objects = found if isinstance(found, list) else [found]
    rows: list[PastedRow] = []
    for each in objects:
        if not isinstance(each, dict):
            return None
        row = row_of_columns(each) or _content_row(each)
        if row is None:
            return None
        rows.append(row)
    if not rows:
        return None
    return [Pasted(kind="rows as JSON", rows=tuple(rows))]


def row_of_columns(columns: Mapping[str, Json]) -> PastedRow | None:
    """Return the row whose columns some layout has; None when no layout has these."""
    for layout, shape in _shapes():
        wanted = {shape.key, shape.data, shape.expires} - {""}
        if not wanted <= set(columns) or not shape.data:
            continue
        return PastedRow(
            key=str(columns[shape.key]),
            value=_to_value(columns[shape.data]),
            expires=read_time(_as_time(columns.get(shape.expires))),
            layout=layout,
        )
    return None


def _shapes() -> Iterator[tuple[str, Shape]]:
    """Yield each layout's name with the columns of its tables and collections."""
    from session_inspector.devserver.attach.layouts import LAYOUTS  # who pastes a row pays
    from session_inspector.devserver.attach.rows.base import Shape  # as above

    for layout in LAYOUTS:
        for shape in (*layout.places.tables, *layout.places.collections):
            yield layout.name, shape
    yield "", Shape(table="sessions", key="id", data="data", expires="expires_at")


def _to_value(value: Json) -> bytes:
    """Return a data column's bytes: text, PostgreSQL's `\\x…`, or JSON that was taken apart."""
    if isinstance(value, str) and value.startswith("\\x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            return value.encode("utf-8", "replace")
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return strict_json(value, is_ascii=False).encode("utf-8", "replace")


def _as_time(value: Json) -> Json:
    """Return a column's time; MongoDB's is an object, and short zones are PostgreSQL's."""
    if isinstance(value, dict):
        return value.get("$date")
    if isinstance(value, str):
        if value.isdecimal():
            return int(value)
        if _NAIVE.fullmatch(value):
            return f"{value}+00:00"
        return re.sub(r"([+-]\d\d)$", r"\1:00", value)
    return value


def _content_row(found: JsonObject) -> PastedRow | None:
    """Return a row whose content alone was given: express-session's and nextjs-auth0's."""
    cookie = found.get("cookie")
    is_express = isinstance(cookie, dict) and "path" in cookie
    is_ours = {"user", "internal"} <= set(found)
    is_openid = isinstance(found.get("header"), dict) and isinstance(found.get("data"), dict)
    if not (is_express or is_ours or is_openid):
        return None
    return PastedRow(key="", value=strict_json(found, is_ascii=False).encode("utf-8", "replace"))

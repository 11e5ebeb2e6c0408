"""Table names in store URLs: checked, because they are written into SQL."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from session_inspector.devserver.core.errors import InputError, MissingTable

MOST_PARTS = 2
"""A schema and a table."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def table_of(query: str, default: str = "sessions") -> str:
    """Return the table a URL's query names (`table=NAME`).

    Raises: InputError when it is no plain SQL name.
    """
    options = parse_qs(query, keep_blank_values=True)
    table = options.get("table", [default])[0]
    parts = table.split(".")
    is_name = all(_NAME.fullmatch(part) for part in parts)
    if not is_name or len(parts) > MOST_PARTS:
        raise InputError(f"table {table!r} is no SQL name; use letters, digits and _ only")
    return table


def missing_table(table: str, url: str) -> MissingTable:
    """Return the error for a table that is not there, since nothing is made unasked."""
    return MissingTable(
        f"table {table} is not in {url}; nothing is created unasked."
        f" Fix: session-inspector stores create '{url}', or name another with ?table="
    )

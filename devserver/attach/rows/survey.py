"""What is in a store where no layout is known: its keys by pattern, or its tables with columns.

Names only: no value is read. They come from the store, and are shown, never asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

SEPARATOR = "; "
NAMED = 6
"""Patterns or tables that are named; more are counted."""
COLUMNS = 6
"""Columns of a table that are named."""
LONGEST = 60
"""Characters of a name that are shown."""
HINTS = ("sess", "token", "auth", "login")
"""What stands in the names of tables that hold sessions: these are named first."""
OURS = ("session-inspector:", "session:index")
"""Keys that this tool has made, also in earlier versions."""


def describe_keys(keys: Iterable[tuple[str, str]]) -> list[str]:
    """Return key patterns with their counts; `keys`: (key, type)."""
    patterns: Counter[str] = Counter()
    types: dict[str, set[str]] = {}
    for key, kind in keys:
        if key.startswith(OURS):
            continue
        pattern = key_pattern(key)
        patterns[pattern] += 1
        types.setdefault(pattern, set()).add(kind)
    ranked = sorted(patterns, key=lambda name: (_has_no_hint(name), -patterns[name], name))
    return [
        f"{pattern[:LONGEST]} ({patterns[pattern]}, {', '.join(sorted(types[pattern]))})"
        for pattern in ranked
    ]


def key_pattern(key: str) -> str:
    """Return a key with `*` for what varies: `scs:session:*`; two parts of the name at most."""
    parts = key.split(":")
    if len(parts) == 1:
        name, dot, _ = key.partition(".")
        return f"{name}.*" if dot else "*"
    return ":".join([*parts[: min(2, len(parts) - 1)], "*"])


def describe_tables(noun: str, columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Return tables or collections with their columns, those that may hold sessions first."""
    ranked = sorted(columns, key=lambda name: (_has_no_hint(name, *columns[name]), name))
    return [_describe_table(noun, name, columns[name]) for name in ranked]


def _describe_table(noun: str, name: str, columns: Sequence[str]) -> str:
    text = f"{noun} {name[:LONGEST]}"
    if not columns:
        return text
    shown = ", ".join(column[:LONGEST] for column in columns[:COLUMNS])
    if len(columns) > COLUMNS:
        shown += ", …"
    return f"{text} ({shown})"


def _has_no_hint(*names: str) -> bool:
    return not any(hint in name.lower() for name in names for hint in HINTS)


def join_findings(found: Sequence[str]) -> str:
    """Return what was found as one line; empty: the store is."""
    text = SEPARATOR.join(found[:NAMED])
    if len(found) > NAMED:
        text += f"; and {len(found) - NAMED} more"
    return text

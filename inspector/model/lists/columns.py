"""Columns of a list: which of them a width has room for, and what stands above and in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from session_inspector.inspector.model.words.text import safe

GAP = 1
"""Columns between two columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column."""

    name: str
    """Empty where nothing stands above it."""
    width: int
    """Characters; of the one that grows, the least."""
    is_right: bool = False
    """Its text ends at the right, as numbers do."""
    from_width: int = 0
    """Characters of a line from which it is drawn."""
    most: int = 0
    """Up to so many it grows into what is free; 0: it does not."""
    sort: str = ""
    """The order that a click on its name gives; empty: none."""


def plan_columns(columns: Sequence[Column], width: int, beside: int = 0) -> tuple[Column, ...]:
    """Return the columns that a line has room for; of the growing ones the first grows first.

    `beside` are characters that the line needs for what is in no column.
    """
    shown = [column for column in columns if width >= column.from_width]
    free = width - beside - sum(column.width + GAP for column in shown)
    found: list[Column] = []
    for column in shown:
        more = max(0, min(free, column.most - column.width))
        found.append(replace(column, width=column.width + more))
        free -= more
    return tuple(found)


def fit_cell(text: str, column: Column) -> str:
    """Return a text in exactly the characters of a column, and the gap after it."""
    shown = safe(text, 200)
    if len(shown) > column.width:
        shown = f"{shown[: column.width - 1]}…"
    if column.is_right:
        return f"{shown:>{column.width}} "
    return f"{shown:<{column.width}} "

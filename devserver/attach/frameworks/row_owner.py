"""Whose a row is by its bytes: a layout that a person names reads almost any JSON as its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from session_inspector.devserver.attach.row_content import ForeignRow, RowContent
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.decoders.codecs.json_text import parse_object


def find_owner(
    row: RawRow, layout: RowLayout, content: RowContent, others: Iterable[RowLayout]
) -> str:
    """Return the other layout whose own mark a row has; empty: none, or it has this one's.

    What the layout reads and no JSON is, stays: marks in binary content are weak.
    """
    if layout.is_own(row, content):
        return ""
    members = parse_object(row.value)
    if members is None and not content.refused:
        return ""
    seen = RowContent(data=members or {})
    owners = [other.name for other in others if other is not layout and other.is_own(row, seen)]
    if len(owners) != 1:
        return ""
    return owners[0]


def count_owners(rows: Iterable[ForeignRow]) -> Mapping[str, int]:
    """Return how many rows are of other layouts, by their names."""
    return Counter(row.owner for row in rows if row.owner)


def describe_owners(counts: Mapping[str, int]) -> str:
    """Return how many keys are not of the layout, and of which; empty: all are of it."""
    if not counts:
        return ""
    verb = "is" if sum(counts.values()) == 1 else "are"
    owners = ", ".join(f"{count} of {name}" for name, count in sorted(counts.items()))
    return f"{count_noun(sum(counts.values()), 'key')} {verb} not of this layout: {owners}"

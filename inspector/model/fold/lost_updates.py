"""Compares a write with the two before it: what it puts back, another request had just changed."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.core.events.session import RowRead, SessionWritten
from session_inspector.devserver.core.values import Seconds, Shown, ShownObject
from session_inspector.inspector.model.facts.alarms import RememberedWrite

NAMED = 4
"""Members that are named at most."""
BOOKKEEPING = frozenset({"internal", "exp", "_expire", "_maxAge"})


def check_write(
    last: RememberedWrite | None, event: SessionWritten, began: Seconds | None = None
) -> tuple[RememberedWrite, str]:
    """Return the write to remember, and what it undid; empty: nothing.

    `began` is when the request of the write came: one that came after the write before has read
    what that one wrote, and means what it changes. None: that is not known.
    """
    data = flatten_members(event.facts.data)
    if last is None:
        first = RememberedWrite(seq=event.seq, cause=event.cause, data=data, before={}, at=event.at)
        return first, ""
    if last.data == data:
        return last, ""  # nothing new: the one who changed it stays its author
    write = RememberedWrite(
        seq=event.seq, cause=event.cause, data=data, before=last.data, at=event.at
    )
    if last.cause == event.cause or (began is not None and began > last.at):
        return write, ""
    undone = _find_undone(last, data)
    if began is not None:
        undone = sorted({*undone, *_find_dropped(last, data)})
    if not undone:
        return write, ""
    names = ", ".join(undone[:NAMED])
    return write, f"{event.cause} put back {names}, which {last.cause} had just changed"


def check_row(
    last: RememberedWrite | None, event: RowRead, began: Seconds | None
) -> tuple[RememberedWrite, str]:
    """Return the row to remember, and what a write of it has lost; empty: nothing that was seen.

    The row was read after the answer of `event.cause`, whose request came at `began`.
    """
    data = flatten_members(event.facts.data)
    before = flatten_members(event.before.data)
    row = RememberedWrite(seq=event.seq, cause=event.cause, data=data, before=before, at=event.at)
    if last is None or last.data != before or began is None or began > last.at:
        return row, ""  # it has read what was there before
    lost = sorted({*_find_undone(last, data), *_find_dropped(last, data)})
    if last.cause == event.cause or not lost:
        return row, ""
    names = ", ".join(lost[:NAMED])
    return row, (
        f"looks like it: {names} changed in the row with the answer of {last.cause}, and is as it"
        f" was after that of {event.cause}, which had begun before it"
    )


def _find_dropped(last: RememberedWrite, data: Mapping[str, Shown]) -> list[str]:
    """Return members that the last write has added, and that are not there any more."""
    return [name for name in last.data if name not in last.before and name not in data]


def _find_undone(last: RememberedWrite, data: Mapping[str, Shown]) -> list[str]:
    """Return members that are again what they were before the last write."""
    return sorted(
        name
        for name, before in last.before.items()
        if data.get(name) == before and last.data.get(name) != before
    )


def flatten_members(data: ShownObject) -> Mapping[str, Shown]:
    """Return members of a session by path, two levels deep; bookkeeping is left out."""
    found: dict[str, Shown] = {}
    for name, value in data.items():
        if isinstance(value, dict) and name != "internal":
            found |= {f"{name}.{inner}": member for inner, member in value.items()}
        elif name not in BOOKKEEPING:
            found[name] = value
    return found

"""Compares a write with the two before it: what it puts back, another request had just changed.

x1 and x2 begin with {n: 1, cart: []}
x1 writes {n: 2, cart: [a]}
x2 writes {n: 1, cart: [b]}     n is put back, and a dropped: x1 is lost
x2 writes {n: 2, cart: [a]}     both have counted to 2: whether that is lost the app knows
"""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.events.session import RowRead, SessionSeen, SessionWritten
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import RememberedWrite
from session_inspector.inspector.model.facts.kept.content_marks import NOTHING, ContentMarks
from session_inspector.inspector.model.fold.writes.content_members import (
    mark_members,
    name_members,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteComparison:
    """What a write shows beside the one before it."""

    write: RememberedWrite
    """To remember."""
    problem: str = ""
    """What it undid; empty: nothing."""
    contested: str = ""
    """What both changed, without either having read the other; empty: nothing."""


def remember_seen(event: SessionSeen) -> RememberedWrite:
    """Return a cookie's content that a request brought, as what the next writes begin with."""
    data = mark_members(event.facts.data)
    return RememberedWrite(cause="", data=data, before=data, at=event.at)


def check_write(
    last: RememberedWrite | None, event: SessionWritten, began: Seconds | None = None
) -> WriteComparison:
    """Compare a write with the one before it.

    `began` is when the request of the write came: one that came after the write before has read
    what that one wrote, and means what it changes. None: that is not known.
    """
    data = mark_members(event.facts.data)
    if last is None:
        first = RememberedWrite(cause=event.cause, data=data, before=NOTHING, at=event.at)
        return WriteComparison(write=first)
    write = RememberedWrite(cause=event.cause, data=data, before=last.data, at=event.at)
    if last.data == data:
        write = last  # nothing new: the one who changed it stays its author
    is_later = began is not None and began > last.at
    if last.cause == event.cause or is_later:
        return WriteComparison(write=write)
    undone = _find_undone(last, data)
    dropped: list[str] = []
    contested: list[str] = []
    if began is not None:
        dropped = _find_dropped(last, data)
        contested = _find_contested(last, data)
    return WriteComparison(
        write=write,
        problem=_describe_loss(event.cause, last.cause, undone, dropped),
        contested=_describe_contest(event.cause, last.cause, contested),
    )


def check_row(
    last: RememberedWrite | None, event: RowRead, began: Seconds | None
) -> WriteComparison:
    """Compare a row with the one that was read before.

    It was read after the answer of `event.cause`, whose request came at `began`.
    """
    data = mark_members(event.facts.data)
    before = mark_members(event.before.data)
    row = RememberedWrite(cause=event.cause, data=data, before=before, at=event.at)
    if last is None or last.data != before or began is None or began > last.at:
        return WriteComparison(write=row)  # it has read what was there before
    if last.cause == event.cause:
        return WriteComparison(write=row)
    contested = _describe_contest(event.cause, last.cause, _find_contested(last, data))
    lost = {*_find_undone(last, data), *_find_dropped(last, data)}
    if not lost:
        return WriteComparison(write=row, contested=contested)
    problem = _describe_row_loss(event.cause, last.cause, lost)
    return WriteComparison(write=row, problem=problem, contested=contested)


def _find_dropped(last: RememberedWrite, data: ContentMarks) -> list[str]:
    """Return members that the last write has added, and that are not there any more."""
    before = last.before.to_dict()
    now = data.to_dict()
    return [name for name in last.data.to_dict() if name not in before and name not in now]


def _find_undone(last: RememberedWrite, data: ContentMarks) -> list[str]:
    """Return members that are again what they were before the last write."""
    written = last.data.to_dict()
    now = data.to_dict()
    return [
        name
        for name, before in last.before.to_dict().items()
        if now.get(name) == before and written.get(name) != before
    ]


def _find_contested(last: RememberedWrite, data: ContentMarks) -> list[str]:
    """Return members that two writes have changed, from what was before both."""
    before = last.before.to_dict()
    now = data.to_dict()
    return [
        name
        for name, value in last.data.to_dict().items()
        if name in now and before.get(name) not in (value, now[name])
    ]


def _describe_loss(writer: str, loser: str, undone: list[str], dropped: list[str]) -> str:
    put_back = f"put back {name_members(undone)}"
    taken = f"dropped {name_members(dropped)}"
    if undone and dropped:
        return f"{writer} {put_back} and {taken}, which {loser} had just changed"
    if undone:
        return f"{writer} {put_back}, which {loser} had just changed"
    if dropped:
        return f"{writer} {taken}, which {loser} had just added"
    return ""


def _describe_row_loss(writer: str, loser: str, lost: set[str]) -> str:
    back = "is as it was"
    if len(lost) > 1:
        back = "are as they were"
    return (
        f"looks like it: {name_members(lost)} changed in the row with the answer of {loser}, and"
        f" {back} after that of {writer}, which had begun before it"
    )


def _describe_contest(writer: str, loser: str, contested: list[str]) -> str:
    if not contested:
        return ""
    return f"{name_members(contested)}, which {loser} and {writer} changed beside each other"

"""The sessions: who, how they travel, who holds them, how long they still live."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.keys import SESSIONS
from session_inspector.inspector.model.facts.rows import Life, SessionRow, Tone
from session_inspector.inspector.model.lists.columns import Column, fit_cell, plan_columns
from session_inspector.inspector.model.words.cookie_life import describe_left
from session_inspector.inspector.model.words.text import age, duration, size
from session_inspector.inspector.ui.messages import ListAsked, SessionHighlighted
from session_inspector.inspector.ui.widgets.line_list import LineList

MARKS: dict[Life, tuple[str, Tone]] = {
    "live": ("●", "good"),
    "expired": ("◔", "warn"),
    "revoked": ("✖", "bad"),
    "logged-out": ("○", "dim"),
    "replaced": ("⇄", "dim"),
    "gone": ("✖", "bad"),
    "refused": ("✕", "bad"),
    "unusable": ("✖", "warn"),
    "accepted": ("⚠", "bad"),
    "in-doubt": ("?", "warn"),
    "visitor": ("·", "dim"),
}
UNVERIFIED: tuple[str, Tone] = ("◌", "warn")
"""The mark of one that lives by what its cookie says, which nobody has checked."""
REASON = 14
"""Characters kept for what ends it, or why it is over, from this width on."""
WITH_REASON = 90
ROOMY = 110
"""Characters from which a third of what is free goes to the reason."""
COLUMNS = (
    Column(name="", width=2),
    Column(name="user", width=9, most=40, sort="user"),
    Column(name="kind", width=9, sort="kind"),
    Column(name="browser", width=12, most=18, from_width=78, sort="browser"),
    Column(name="id", width=6, from_width=96),
    Column(name="began", width=10, is_right=True, sort="newest"),
    Column(name="request", width=10, is_right=True, from_width=108, sort="request"),
    Column(name="rolls", width=6, is_right=True, from_width=116, sort="rolls"),
    Column(name="size", width=8, is_right=True, from_width=60, sort="size"),
    Column(name="ends in", width=12, is_right=True, sort="expires"),
)
MARKED = "✓"
MOST_MARKED = 1000
"""Sessions that are marked at once."""
SOON = 600
"""Seconds under which the time left is a warning."""


class SessionList(LineList[SessionRow]):
    """One line a session; its `now` is handed down with the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, show=False, id=key.name) for key in SESSIONS
    ]

    now: Seconds = 0.0
    marked: frozenset[str] = frozenset()
    """Sessions that were marked for one answer to all."""

    def key_of(self, row: SessionRow) -> str:
        return row.session

    def look(self) -> tuple[int, frozenset[str]]:
        return int(self.now), self.marked

    def moved(self, *, is_by_hand: bool) -> None:
        row = self.current
        session = ""
        if row is not None:
            session = row.session
        self.post_message(SessionHighlighted(session))

    def line(self, row: SessionRow, width: int) -> Text:
        text = Text(no_wrap=True)
        cells = _cells_of(row, self.now, is_marked=row.session in self.marked)
        for column in shown_columns(width):
            words, tone = cells[column.name]
            text.append(fit_cell(words, column), self.tone(tone))
        if width >= WITH_REASON:
            text.append(f" {_reason(row)}", self.tone("dim"))
        return text

    def action_do(self, name: str) -> None:
        if name not in ("mark", "mark_all"):
            super().action_do(name)
        elif name == "mark" and self.current is not None:
            self.post_message(ask_to_mark((self.current.session,), are_all=False))
            super().action_do("down")
        elif name == "mark_all":
            listed = tuple(row.session for row in self.rows[:MOST_MARKED])
            self.post_message(ask_to_mark(listed, are_all=True))


def ask_to_mark(sessions: Sequence[str], *, are_all: bool) -> ListAsked:
    """Return the message that marks sessions, or all that are listed."""
    return ListAsked(lambda lists: lists.mark(sessions, are_all=are_all))


@lru_cache(maxsize=8)
def shown_columns(width: int) -> tuple[Column, ...]:
    """Return the columns of a line; what ends a session stands behind them."""
    beside = 0
    if width >= WITH_REASON:
        beside = REASON + max(0, width - ROOMY) // 3
    return plan_columns(COLUMNS, width, beside)


def name_columns(width: int) -> tuple[Column, ...]:
    """Return the columns with their names, the last one too."""
    columns = shown_columns(width)
    if width < WITH_REASON:
        return columns
    return (*columns, Column(name=" by", width=REASON))


def _cells_of(row: SessionRow, now: Seconds, *, is_marked: bool) -> dict[str, tuple[str, Tone]]:
    """Return (text, tone) of each column, by its name."""
    mark, tone = MARKS[row.life]
    if row.unverified and row.life == "live":
        mark, tone = UNVERIFIED
    is_live = row.life == "live"
    if is_marked:
        mark += MARKED
    return {
        "": (mark, tone),
        "user": (row.who, "plain" if is_live else "dim"),
        "kind": (row.kind, "accent" if is_live else "dim"),
        "browser": (row.client, "dim"),
        "id": (row.session[:6], "dim"),
        "began": (_spell_age(row.created_at, now), "dim"),
        "request": (_spell_age(row.last_request, now), "dim"),
        "rolls": (str(row.rolls), "dim"),
        "size": (size(row.size), "dim"),
        "ends in": _end_of(row, now),
    }


def _spell_age(at: Seconds | None, now: Seconds) -> str:
    if at is None:
        return "–"
    return f"{age(now - at)} ago"


def _end_of(row: SessionRow, now: Seconds) -> tuple[str, Tone]:
    """Return when a session ends, or how it ended."""
    if row.life != "live":
        _, tone = MARKS[row.life]
        return row.life, tone
    if row.ends is None:
        return row.endless, "good"
    left = row.ends - now
    text = describe_left(left) if row.ended_by == "cookie" else duration(left)
    return text, "warn" if left < SOON else "good"


def _reason(row: SessionRow) -> str:
    """Return why a session is over, or what will end it."""
    if row.life != "live":
        return row.reason
    words: list[str] = []
    if row.unverified:
        words.append("not verified")
    if row.is_end_assumed:
        words.append("assumed end")
    elif row.ended_by:
        words.append(row.ended_by.replace("_", " "))
    return ", ".join(words)

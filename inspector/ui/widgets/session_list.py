"""The sessions: who, how they travel, who holds them, how long they still live."""

from __future__ import annotations

from rich.text import Text

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Life, SessionRow, Tone
from session_inspector.inspector.model.words.text import duration, rough, size
from session_inspector.inspector.ui.messages import SessionHighlighted
from session_inspector.inspector.ui.widgets.line_list import LineList

MARKS: dict[Life, tuple[str, Tone]] = {
    "live": ("●", "good"),
    "expired": ("◔", "warn"),
    "revoked": ("✖", "bad"),
    "logged-out": ("○", "dim"),
    "replaced": ("⇄", "dim"),
    "gone": ("✖", "bad"),
}
BY = 90
"""Columns from which a line says what ends it, or why it is over."""
SOON = 600
"""Seconds under which the time left is a warning."""


class SessionList(LineList[SessionRow]):
    """One line a session; its `now` is handed down with the rows."""

    now: Seconds = 0.0

    def key_of(self, row: SessionRow) -> str:
        return row.session

    def look(self) -> int:
        return int(self.now)

    def moved(self) -> None:
        row = self.current
        self.post_message(SessionHighlighted(row.session if row else ""))

    def heads(self) -> Text:
        """Return the names of the columns, over the lines."""
        width = self.scrollable_content_region.width
        who, is_wide = _columns(width)
        words = f"  {'user':{who}} {'kind':10}" + (f"{'browser':12} " if is_wide else "")
        words += f"{'logged in':>11} {'size':>8} {'ends in':>13}" + ("  by" if width > BY else "")
        return Text(words, self.tone("dim"), no_wrap=True)

    def line(self, row: SessionRow, width: int) -> Text:
        mark, tone = MARKS[row.life]
        who, is_wide = _columns(width)
        text = Text(no_wrap=True)
        text.append(f"{mark} ", self.tone(tone))
        text.append(_fit(row.who, who) + " ", self.tone("plain" if row.life == "live" else "dim"))
        text.append(f"{row.kind:<10}", self.tone("accent" if row.life == "live" else "dim"))
        if is_wide:
            text.append(_fit(row.client, 12) + " ", self.tone("dim"))
        text.append(f"{_ago(row.created_at, self.now):>11} ", self.tone("dim"))
        text.append(f"{size(row.size):>8} ", self.tone("dim"))
        if row.life != "live":
            text.append(f"{row.life:>13}", self.tone(tone))
            if width > BY:
                text.append(f"  {row.reason}", self.tone("dim"))
            return text
        left = None if row.ends is None else row.ends - self.now
        shown = "with browser" if left is None else duration(left)
        is_soon = left is not None and left < SOON
        text.append(f"{shown:>13}", self.tone("warn" if is_soon else "good"))
        if row.ended_by and width > BY:
            text.append(f"  {row.ended_by.replace('_', ' ')}", self.tone("dim"))
        return text


def _columns(width: int) -> tuple[int, bool]:
    """Return how wide a user's name is, and whether there is room for the browser."""
    is_wide = width >= 84
    return max(10, min(24, width - (72 if is_wide else 48))), is_wide


def _ago(at: Seconds | None, now: Seconds) -> str:
    if at is None:
        return "not known"
    return f"{rough(now - at)} ago"


def _fit(text: str, width: int) -> str:
    return text[: width - 1] + "…" if len(text) > width else text.ljust(width)

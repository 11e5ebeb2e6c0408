"""The sessions: who, how they travel, who holds them, how long they still live."""

from __future__ import annotations

from rich.text import Text

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Life, SessionRow, Tone
from session_inspector.inspector.model.words.text import duration, round_duration, size
from session_inspector.inspector.ui.messages import SessionHighlighted
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
}
BY = 90
"""Columns from which a line says what ends it, or why it is over."""
WIDE = 84
"""Columns from which a line names the browser."""
SHORTEST_WHO = 10
LONGEST_WHO = 24
BROWSER = 12
OTHERS = 48
"""Columns of a line beside the user's name."""
OTHERS_WIDE = 72
SOON = 600
"""Seconds under which the time left is a warning."""


class SessionList(LineList[SessionRow]):
    """One line a session; its `now` is handed down with the rows."""

    now: Seconds = 0.0

    def key_of(self, row: SessionRow) -> str:
        return row.session

    def look(self) -> int:
        return int(self.now)

    def moved(self, *, is_by_hand: bool) -> None:
        row = self.current
        session = ""
        if row is not None:
            session = row.session
        self.post_message(SessionHighlighted(session))

    def line(self, row: SessionRow, width: int) -> Text:
        mark, tone = MARKS[row.life]
        is_live = row.life == "live"
        text = Text(no_wrap=True)
        text.append(f"{mark} ", self.tone(tone))
        who = fit(row.who, who_width(width))
        text.append(f"{who} ", self.tone("plain" if is_live else "dim"))
        text.append(f"{row.kind:<10}", self.tone("accent" if is_live else "dim"))
        if width >= WIDE:
            text.append(f"{fit(row.client, BROWSER)} ", self.tone("dim"))
        age = "not known"
        if row.created_at is not None:
            age = f"{round_duration(self.now - row.created_at)} ago"
        text.append(f"{age:>11} ", self.tone("dim"))
        text.append(f"{size(row.size):>8} ", self.tone("dim"))
        end, end_tone = _end_of(row, self.now)
        text.append(f"{end:>13}", self.tone(end_tone))
        if width > BY:
            text.append(_reason(row), self.tone("dim"))
        return text


def column_names(width: int) -> str:
    """Return the names of the columns, over the lines."""
    words = f"  {'user':{who_width(width)}} {'kind':10}"
    if width >= WIDE:
        words += f"{'browser':{BROWSER}} "
    words += f"{'logged in':>11} {'size':>8} {'ends in':>13}"
    if width > BY:
        words += "  by"
    return words


def who_width(width: int) -> int:
    """Return how wide a user's name is drawn."""
    others = OTHERS_WIDE if width >= WIDE else OTHERS
    return max(SHORTEST_WHO, min(LONGEST_WHO, width - others))


def fit(text: str, width: int) -> str:
    """Return a text in exactly so many characters."""
    if len(text) > width:
        return text[: width - 1] + "…"
    return text.ljust(width)


def _end_of(row: SessionRow, now: Seconds) -> tuple[str, Tone]:
    """Return when a session ends, or how it ended."""
    if row.life != "live":
        _, tone = MARKS[row.life]
        return row.life, tone
    if row.ends is None:
        return row.endless, "good"
    left = row.ends - now
    return duration(left), "warn" if left < SOON else "good"


def _reason(row: SessionRow) -> str:
    """Return why a session is over, or what will end it."""
    if row.life != "live":
        return f"  {row.reason}"
    if row.ended_by:
        return f"  {row.ended_by.replace('_', ' ')}"
    return ""

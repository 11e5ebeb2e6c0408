"""The sessions: who, how they travel, who holds them, how long they still live."""

from __future__ import annotations

from rich.text import Text

from devserver.core.values import Seconds
from inspector.model.rows import Life, SessionRow, Tone
from inspector.model.text import duration, rough, size
from inspector.ui.messages import SessionHighlighted
from inspector.ui.widgets.line_list import LineList

MARKS: dict[Life, tuple[str, Tone]] = {
    "live": ("●", "good"),
    "expired": ("⌛", "warn"),
    "revoked": ("✖", "bad"),
    "logged-out": ("○", "dim"),
    "replaced": ("⇄", "dim"),
    "gone": ("✖", "bad"),
}
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

    def line(self, row: SessionRow, width: int) -> Text:
        mark, tone = MARKS[row.life]
        who = max(10, min(24, width - (71 if width >= 84 else 58)))
        text = Text(no_wrap=True)
        text.append(f"{mark} ", self.tone(tone))
        text.append(_fit(row.who, who) + " ", self.tone("plain" if row.life == "live" else "dim"))
        text.append(f"{row.kind:<10}", self.tone("accent" if row.life == "live" else "dim"))
        if width >= 84:
            text.append(_fit(row.client, 12) + " ", self.tone("dim"))
        text.append(f"{rough(self.now - row.created_at) + ' ago':>11} ", self.tone("dim"))
        text.append(f"{size(row.size):>8} ", self.tone("dim"))
        if row.life != "live":
            text.append(f"  {row.life}", self.tone(tone))
            if width > 90:
                text.append(f"  {row.reason}", self.tone("dim"))
            return text
        left = None if row.ends is None else row.ends - self.now
        shown = "with browser" if left is None else duration(left)
        is_soon = left is not None and left < SOON
        text.append(f"{shown:>13}", self.tone("warn" if is_soon else "good"))
        if row.ended_by and width > 90:
            text.append(f"  {row.ended_by}", self.tone("dim"))
        return text


def _fit(text: str, width: int) -> str:
    return text[: width - 1] + "…" if len(text) > width else text.ljust(width)

"""The event timeline: when, what, and what made it happen."""

from __future__ import annotations

from rich.text import Text

from session_inspector.inspector.model.facts.rows import TimelineRow
from session_inspector.inspector.ui.widgets.line_list import LineList


class Timeline(LineList[TimelineRow]):
    """One line an event; stays at the newest while the cursor is there."""

    def key_of(self, row: TimelineRow) -> str:
        return str(row.seq)

    def line(self, row: TimelineRow, width: int) -> Text:
        text = Text(no_wrap=True)
        text.append(row.clock[: 8 if width < 90 else 12] + " ", self.tone("dim"))
        text.append(f"{row.mark} ", self.tone(row.tone))
        text.append(row.title, self.tone(row.tone))
        if row.detail:
            text.append(f"  {row.detail}", self.tone("dim"))
        if row.cause and width > 70:
            cause = f" ◂ {row.cause}"
            text.truncate(max(20, width - len(cause)), overflow="ellipsis", pad=True)
            text.append(cause, self.tone("dim"))
        return text

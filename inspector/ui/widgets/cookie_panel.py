"""The live cookies of one session: bytes against what browsers keep, chunks, attributes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from inspector.model.rows import CookieRow, Tone
from inspector.model.text import size
from inspector.ui.widgets.tones import Panel

LIMIT = 4096
"""Bytes of one cookie, name and value, that every browser keeps."""


class CookiePanel(Panel):
    """Draws what it is handed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[CookieRow] = ()

    def show(self, rows: Sequence[CookieRow]) -> None:
        self._rows = rows
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        live = [row for row in self._rows if not row.is_deleted]
        if not live:
            hint = "No live cookie." if self._rows else "No cookie has been seen for it yet."
            return [Text(hint, self.tone("dim"))]
        total = sum(row.size + len(row.name) for row in live)
        swept = len(self._rows) - len(live)
        said = f"{len(live)} cookie{'s' * (len(live) > 1)}, {size(total)} in each request"
        summary = Text(said, self.tone("plain"))
        if swept:
            summary.append(f" · {swept} old names swept", self.tone("dim"))
        attributes = Text(live[0].attributes, self.tone("dim"))
        return [*(self._line(row, width) for row in live), summary, attributes]

    def _line(self, row: CookieRow, width: int) -> Text:
        used = (row.size + len(row.name)) / LIMIT
        tone: Tone = "bad" if used > 1 else "warn" if used > 0.85 else "good"
        bar = max(4, min(20, width - 38))
        full = min(bar, round(used * bar))
        text = Text(no_wrap=True)
        text.append(f"{row.name[:20]:<20} ", self.tone("accent"))
        text.append("█" * full, self.tone(tone))
        text.append("░" * (bar - full), self.tone("dim"))
        text.append(f" {size(row.size):>8}", self.tone(tone))
        text.append(f" {used:>4.0%}", self.tone("dim"))
        return text

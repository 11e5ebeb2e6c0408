"""The live cookies of one session: bytes against what browsers keep, chunks, attributes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from session_inspector.inspector.model.facts.rows import CookieRow, Tone
from session_inspector.inspector.model.words.text import size
from session_inspector.inspector.ui.widgets.tones import Panel

LIMIT = 4096
"""Bytes of one cookie, name and value, that every browser keeps."""


HEADER = 8190
"""Bytes of a Cookie header that nginx and aiohttp take."""


class CookiePanel(Panel):
    """Draws what it is handed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[CookieRow] = ()
        self._verdicts: Sequence[tuple[str, Tone]] = ()
        self._sent = 0

    def show(
        self, rows: Sequence[CookieRow], verdicts: Sequence[tuple[str, Tone]] = (), sent: int = 0
    ) -> None:
        """`verdicts` are what browsers do with them; `sent` bytes of the whole Cookie header."""
        self._rows, self._verdicts, self._sent = rows, verdicts, sent
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        live = [row for row in self._rows if row.is_alive]
        if not live:
            hint = "No live cookie." if self._rows else "No cookie has been seen for it yet."
            return [Text(hint, self.tone("dim"))]
        lines = [self._bar(row.name, row.size + len(row.name), LIMIT, width) for row in live]
        if self._sent:
            lines.append(self._bar("Cookie header", self._sent, HEADER, width))
        lines += [Text(text, self.tone(tone)) for text, tone in self._verdicts]
        attributes = live[0].attributes.split()
        first = next((n for n, word in enumerate(attributes) if word.startswith("SameSite")), 2)
        lines.append(Text(" ".join(attributes[:first]), self.tone("dim")))
        lines.append(Text(" ".join(attributes[first:]), self.tone("dim")))
        gone = len(self._rows) - len(live)
        if gone:
            lines.append(Text(f"{gone} other names are gone", self.tone("dim")))
        return [line for line in lines if line.plain]

    def _bar(self, name: str, count: int, limit: int, width: int) -> Text:
        used = count / limit
        tone: Tone = "bad" if used > 1 else "warn" if used > 0.85 else "good"
        bar = max(4, min(20, width - 33))
        full = min(bar, round(used * bar))
        text = Text(no_wrap=True)
        text.append(f"{name[:13]:<13} ", self.tone("accent"))
        text.append("█" * full, self.tone(tone))
        text.append("░" * (bar - full), self.tone("dim"))
        text.append(f" {size(count):>7} {used:>4.0%}", self.tone(tone))
        text.append(" 4 KB" if limit == LIMIT else " 8 KB", self.tone("dim"))
        return text

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
NEARLY_FULL = 0.85
"""Share of a limit from which a bar warns."""
SHORTEST_BAR = 4
LONGEST_BAR = 20
NAME = 13
"""Columns of a name."""
BESIDE_BAR = 33
"""Columns of a line without its bar."""


class CookiePanel(Panel):
    """Draws what it is handed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cookies: Sequence[CookieRow] = ()
        self._verdicts: Sequence[tuple[str, Tone]] = ()
        self._sent = 0

    def show(
        self, cookies: Sequence[CookieRow], verdicts: Sequence[tuple[str, Tone]] = (), sent: int = 0
    ) -> None:
        """`verdicts` are what browsers do with them; `sent` bytes of the whole Cookie header."""
        self._cookies = cookies
        self._verdicts = verdicts
        self._sent = sent
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        live = [row for row in self._cookies if row.is_alive]
        if not live:
            return [Text(self._hint(), self.tone("dim"))]
        lines = [self._bar(row.name, row.size + len(row.name), LIMIT, width) for row in live]
        if self._sent:
            lines.append(self._bar("Cookie header", self._sent, HEADER, width))
        lines += [Text(text, self.tone(tone)) for text, tone in self._verdicts]
        lines += self._attribute_lines(live[0].attributes.split())
        others = len(self._cookies) - len(live)
        if others:
            lines.append(Text(_count_others(others), self.tone("dim")))
        return [line for line in lines if line.plain]

    def _hint(self) -> str:
        if self._cookies:
            return "No live cookie."
        return "No cookie has been seen for it yet."

    def _attribute_lines(self, attributes: Sequence[str]) -> list[Text]:
        """Return the attributes on two lines, the second from SameSite on."""
        second = 2
        for number, word in enumerate(attributes):
            if word.startswith("SameSite"):
                second = number
                break
        parts = (attributes[:second], attributes[second:])
        return [Text(" ".join(part), self.tone("dim")) for part in parts]

    def _bar(self, name: str, count: int, limit: int, width: int) -> Text:
        used = count / limit
        tone = tone_of_share(used)
        length = max(SHORTEST_BAR, min(LONGEST_BAR, width - BESIDE_BAR))
        full = min(length, round(used * length))
        text = Text(no_wrap=True)
        text.append(f"{name[:NAME]:<{NAME}} ", self.tone("accent"))
        text.append("█" * full, self.tone(tone))
        text.append("░" * (length - full), self.tone("dim"))
        text.append(f" {size(count):>7} {used:>4.0%}", self.tone(tone))
        text.append(" 4 KB" if limit == LIMIT else " 8 KB", self.tone("dim"))
        return text


def _count_others(count: int) -> str:
    """Deleted or expired; of a deletion nothing says that the cookie was ever there."""
    if count == 1:
        return "1 other is not live"
    return f"{count} others are not live"


def tone_of_share(used: float) -> Tone:
    """Return the tone of a share of a limit."""
    if used > 1:
        return "bad"
    if used > NEARLY_FULL:
        return "warn"
    return "good"

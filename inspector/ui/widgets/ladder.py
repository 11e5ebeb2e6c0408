"""The expiry ladder: all clocks of one session on one axis, the one that ends it marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from session_inspector.inspector.model.facts.rows import Lamp, SessionRow, TimerRow, Tone
from session_inspector.inspector.ui.widgets.tones import Panel

LABEL, LEFT, NOTE = 17, 14, 40
WIDE = 120
"""Columns from which each clock has its note."""
NARROW, LAMPS = 72, 90
ENDS, ENDS_SHORT = "◀ this ends the session", "◀ ends it"


class Ladder(Panel):
    """Draws what it is handed; empty without a session."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[TimerRow] = ()
        self._marks: Sequence[tuple[float, str]] = ()
        self._lamps: Sequence[Lamp] = ()
        self._session: SessionRow | None = None
        self.empty = ""
        """What is said when there is no session."""

    def show(
        self,
        session: SessionRow | None,
        rows: Sequence[TimerRow],
        marks: Sequence[tuple[float, str]],
        lamps: Sequence[Lamp] = (),
    ) -> None:
        """`lamps` are of what may outlive the session."""
        self._session, self._rows, self._marks, self._lamps = session, rows, marks, lamps
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        if self._session is None:
            return [Text(self.empty, self.tone("dim"))]
        lines: list[Text] = []
        if self._session.life != "live":
            said = f"{self._session.life.upper()}: {self._session.reason}"
            lines.append(Text(said, self.tone("bad")))
        bar = max(6, width - LABEL - LEFT - 2 - (NOTE if width >= WIDE else len(_mark(width))))
        for row in self._rows:
            lines.append(self._line(row, bar, width))
            if row.note.startswith("⚠"):
                lines.append(Text(f"{'':{LABEL}}{row.note}", self.tone("warn")))
        return [*lines, self._axis(bar), *([self._alive(width)] if self._lamps else [])]

    def _alive(self, width: int) -> Text:
        """Draw the lamps; where room is scarce the mark stands before the name, without a word."""
        text = Text("")
        for lamp in self._lamps:
            if width >= LAMPS:
                text.append(f"{lamp.name} ", self.tone("dim"))
                text.append(f"{lamp.how}   ", self.tone(lamp.tone))
            else:
                text.append(f"{lamp.how[:1]} ", self.tone(lamp.tone))
                text.append(f"{lamp.name}   ", self.tone("dim"))
        return text

    def _line(self, row: TimerRow, bar: int, width: int) -> Text:
        tone = _tone_of(row)
        text = Text(no_wrap=True)
        text.append(f"{row.label:<{LABEL}}", self.tone("accent" if row.is_first else "plain"))
        full = round(row.share * bar)
        text.append(
            "━" * max(0, full - 1) + ("●" if full else "✖" if row.is_past else "·"), self.tone(tone)
        )
        text.append("─" * (bar - max(full, 1)) if row.ends else " " * (bar - 1), self.tone("dim"))
        text.append(f" {row.left:>{LEFT}}", self.tone(tone))
        if row.is_first:
            text.append(f" {_mark(width)}", self.tone("warn"))
        elif width >= WIDE and not row.note.startswith("⚠"):
            text.append(f" {row.origin}: {row.note}", self.tone("dim"))
        elif row.note.startswith("⚠"):
            text.append(" ⚠ disagrees", self.tone("warn"))
        return text

    def _axis(self, bar: int) -> Text:
        line = [" "] * bar
        for share, label in ((0.0, "now"), *self._marks):
            at = min(bar - len(label), round(share * (bar - 1)))
            if at >= 0 and all(char == " " for char in line[max(0, at - 1) : at + len(label) + 1]):
                line[at : at + len(label)] = label
        return Text(" " * LABEL + "".join(line), self.tone("dim"))


def _tone_of(row: TimerRow) -> Tone:
    if row.is_stopped:
        return "dim"
    if row.is_past:
        return "bad"
    if row.is_first:
        return "good"
    return "plain"


def _mark(width: int) -> str:
    return ENDS if width >= NARROW else ENDS_SHORT

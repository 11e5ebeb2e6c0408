"""The expiry ladder: all clocks of one session on one axis, the one that ends it marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from session_inspector.inspector.model.facts.rows import Lamp, SessionRow, TimerRow, Tone
from session_inspector.inspector.ui.widgets.tones import Panel

LABEL = 17
"""Columns of a clock's name."""
LEFT = 14
"""Columns of the time left."""
ORIGIN = 7
"""Columns of where a clock is known from."""
NOTE = 40
"""Columns of a note."""
SHORTEST_BAR = 6
WIDE = 120
"""Columns from which each clock has its note."""
NARROW = 72
"""Columns from which the mark of the first end is a sentence, and each clock has its origin."""
LAMPS_IN_WORDS = 90
"""Columns from which each lamp has its words."""
ENDS = "◀ this ends the session"
ENDS_SHORT = "◀ ends it"
DISAGREES = "⚠"
"""Begins the note of a clock that disagrees with another."""


@dataclass(frozen=True, slots=True)
class LadderContent:
    """What a ladder draws."""

    session: SessionRow | None = None
    clocks: Sequence[TimerRow] = ()
    marks: Sequence[tuple[float, str]] = ()
    """(share of the axis, label)."""
    lamps: Sequence[Lamp] = ()
    """Of what may outlive the session."""


class Ladder(Panel):
    """Draws what it is handed; a hint without a session."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown = LadderContent()
        self.empty = ""
        """The hint that is drawn without a session."""

    def show(
        self,
        session: SessionRow | None,
        clocks: Sequence[TimerRow],
        marks: Sequence[tuple[float, str]],
        lamps: Sequence[Lamp] = (),
    ) -> None:
        """`lamps` are of what may outlive the session."""
        self._shown = LadderContent(session, clocks, marks, lamps)
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        session = self._shown.session
        if session is None:
            return [Text(self.empty, self.tone("dim"))]
        lines: list[Text] = []
        if session.life != "live":
            lines.append(Text(f"{session.life.upper()}: {session.reason}", self.tone("bad")))
        length = _bar_length(width)
        for clock in self._shown.clocks:
            lines.append(self._clock_line(clock, length, width))
            if clock.note.startswith(DISAGREES):
                lines.append(Text(f"{'':{LABEL}}{clock.note}", self.tone("warn")))
        lines.append(self._axis(length))
        if self._shown.lamps:
            lines.append(self._lamp_line(width))
        return lines

    def _lamp_line(self, width: int) -> Text:
        """Draw the lamps; where room is scarce the mark stands before the name, without a word."""
        text = Text("")
        for lamp in self._shown.lamps:
            if width >= LAMPS_IN_WORDS:
                text.append(f"{lamp.name} ", self.tone("dim"))
                text.append(f"{lamp.how}   ", self.tone(lamp.tone))
            else:
                text.append(f"{lamp.how[:1]} ", self.tone(lamp.tone))
                text.append(f"{lamp.name}   ", self.tone("dim"))
        return text

    def _clock_line(self, clock: TimerRow, length: int, width: int) -> Text:
        tone = _tone_of_clock(clock)
        text = Text(no_wrap=True)
        text.append(f"{clock.label:<{LABEL}}", self.tone("accent" if clock.is_first else "plain"))
        full = round(clock.share * length)
        text.append("━" * max(0, full - 1) + _head_of_bar(clock, full), self.tone(tone))
        text.append(_rest_of_bar(clock, full, length), self.tone("dim"))
        text.append(f" {clock.left:>{LEFT}}", self.tone(tone))
        if width >= NARROW:
            text.append(f" {clock.origin:<{ORIGIN - 1}}", self.tone("dim"))
        self._append_note(text, clock, width)
        return text

    def _append_note(self, text: Text, clock: TimerRow, width: int) -> None:
        is_disagreeing = clock.note.startswith(DISAGREES)
        if clock.is_first:
            text.append(f" {_mark_of_end(width)}", self.tone("warn"))
        elif is_disagreeing:
            text.append(f" {DISAGREES} disagrees", self.tone("warn"))
        elif width >= WIDE:
            text.append(f" {clock.note}", self.tone("dim"))

    def _axis(self, length: int) -> Text:
        line = [" "] * length
        for share, label in ((0.0, "now"), *self._shown.marks):
            _put_label(line, label, round(share * (length - 1)))
        return Text(" " * LABEL + "".join(line), self.tone("dim"))


def _bar_length(width: int) -> int:
    beside = len(_mark_of_end(width))
    if width >= WIDE:
        beside = NOTE
    if width >= NARROW:
        beside += ORIGIN
    return max(SHORTEST_BAR, width - LABEL - LEFT - 2 - beside)


def _tone_of_clock(clock: TimerRow) -> Tone:
    if clock.is_stopped:
        return "dim"
    if clock.is_past:
        return "bad"
    if clock.is_first:
        return "good"
    return "plain"


def _head_of_bar(clock: TimerRow, full: int) -> str:
    if full:
        return "●"
    if clock.is_past:
        return "✖"
    return "·"


def _rest_of_bar(clock: TimerRow, full: int, length: int) -> str:
    if clock.ends:
        return "─" * (length - max(full, 1))
    return " " * (length - 1)


def _put_label(line: list[str], label: str, at: int) -> None:
    """Write a label on the axis, where no other stands beside it."""
    start = min(len(line) - len(label), at)
    end = start + len(label)
    if start < 0:
        return
    room = line[max(0, start - 1) : end + 1]
    if all(char == " " for char in room):
        line[start:end] = label


def _mark_of_end(width: int) -> str:
    return ENDS if width >= NARROW else ENDS_SHORT

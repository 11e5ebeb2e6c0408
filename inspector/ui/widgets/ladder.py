"""The expiry ladder: the clocks of one session on one axis, those that agree on one line.

What disagrees is amber, with its sentence below: it is the loudest thing on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeAlias

from rich.cells import cell_len
from rich.text import Text

from session_inspector.inspector.model.facts.rows import Lamp, SessionRow, TimerRow, Tone
from session_inspector.inspector.model.views.selectors.clock_groups import ClockGroup, group_clocks
from session_inspector.inspector.ui.widgets.tones import Panel

LEFT = 14
"""Columns of the time left, at least."""
NAMES = 34
"""Columns behind a bar that are kept before it grows."""
NOTE = 42
"""Columns of a note."""
SHORTEST_BAR = 6
LONGEST_BAR = 60
AXIS = 16
"""Columns from which a bar has its axis below."""
WIDE = 120
"""Columns from which a clock has its note."""
NARROW = 72
"""Columns from which clocks have their origin."""
GAP = "   "
"""Between two lamps."""
ENDS = "◀ ends it"
INDENT = "    "
"""Before a sentence."""


Words: TypeAlias = list[tuple[str, Tone]]
"""(text, tone) of each piece."""


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
            tone: Tone = "dim" if session.life == "visitor" else "bad"
            lines.append(Text(f"{session.life.upper()}: {session.reason}", self.tone(tone)))
        groups = group_clocks(self._shown.clocks)
        columns = _plan_columns(groups, width)
        for group in groups:
            lines.append(self._group_line(group, columns))
            if group.is_disagreeing:
                sentence = wrap(group.note, max(SHORTEST_BAR, width - len(INDENT)))
                lines += [Text(f"{INDENT}{part}", self.tone("warn")) for part in sentence]
        if columns.bar >= AXIS:
            lines.append(self._axis(columns))
        if self._shown.lamps:
            lines += self._lamp_lines(width)
        return lines

    def _lamp_lines(self, width: int) -> list[Text]:
        """Draw the lamps with their words, on as many lines as they need."""
        lines = [Text("")]
        for lamp in self._shown.lamps:
            text = Text.assemble(
                (f"{lamp.name} ", self.tone("dim")), (lamp.how, self.tone(lamp.tone))
            )
            if lines[-1].plain and lines[-1].cell_len + text.cell_len + len(GAP) > width:
                lines.append(Text(""))
            if lines[-1].plain:
                lines[-1].append(GAP)
            lines[-1].append_text(text)
        return lines

    def _group_line(self, group: ClockGroup, columns: LadderColumns) -> Text:
        clock = group.head
        tone = _tone_of(group)
        text = Text(no_wrap=True)
        text.append(f"{clock.left:>{columns.left}} ", self.tone(tone))
        full = round(clock.share * columns.bar)
        text.append("━" * max(0, full - 1) + _head_of_bar(clock, full), self.tone(tone))
        text.append(_rest_of_bar(clock, full, columns.bar), self.tone("dim"))
        for words, tone in _words_of(group, columns.left, columns.width):
            text.append(words, self.tone(tone))
        note = f"  {group.note}"
        has_room = text.cell_len + cell_len(note) <= columns.width
        if columns.width >= WIDE and group.note and not group.is_disagreeing and has_room:
            text.append(note, self.tone("dim"))
        return text

    def _axis(self, columns: LadderColumns) -> Text:
        line = [" "] * columns.bar
        for share, label in ((0.0, "now"), *self._shown.marks):
            _put_label(line, label, round(share * (columns.bar - 1)))
        return Text(" " * (columns.left + 1) + "".join(line), self.tone("dim"))


@dataclass(frozen=True, slots=True)
class LadderColumns:
    """How the columns of a ladder are shared."""

    left: int
    """Of the time left: `expired 23:59:41 ago` is longer than most."""
    bar: int
    width: int
    """Of all."""


def _words_of(group: ClockGroup, left: int, width: int) -> Words:
    """Return (text, tone) of what stands behind a bar, without the note.

    Where it does not fit beside the shortest bar, the origins go (the details have them), then the
    words of the mark, then the air between names: which clock ends the session is never cut.
    """
    room = width - left - 1 - SHORTEST_BAR
    words: Words = []
    for words in _list_words(group, width):
        if sum(cell_len(text) for text, _ in words) <= room:
            break
    return words


def _list_words(group: ClockGroup, width: int) -> Iterator[Words]:
    """Yield the words behind a bar, ever shorter."""
    mark = ""
    if group.head.is_first:
        mark = ENDS
    elif group.is_disagreeing:
        mark = "⚠ disagrees"
    tone = _tone_of_label(group)
    label: Words = [(f" {group.label}", tone)]
    marked: Words = [*label, (f"  {mark}", "warn")] if mark else label
    if width >= NARROW:
        yield [*marked, (f"  {'·'.join(group.origins)}", "dim")]
    yield marked
    yield [*label, (f" {mark[:1]}", "warn")]
    yield [(f" {group.label.replace(' = ', '=')}", tone), (f" {mark[:1]}", "warn")]


def _plan_columns(groups: Sequence[ClockGroup], width: int) -> LadderColumns:
    """Share the columns: what stands before and behind the longest bar is never cut."""
    left = max([LEFT, *(cell_len(group.head.left) for group in groups)])
    names = [_words_of(group, left, width) for group in groups]
    longest = max([0, *(cell_len("".join(text for text, _ in name)) for name in names)])
    beside = left + 1 + max(NAMES, longest)
    if width >= WIDE:
        beside += NOTE // 2
    bar = max(SHORTEST_BAR, min(LONGEST_BAR, width - beside))
    most = max(1, width - left - 1 - longest)
    return LadderColumns(left, min(bar, most), width)


def _tone_of(group: ClockGroup) -> Tone:
    clock = group.head
    if clock.is_stopped:
        return "dim"
    if clock.is_past:
        return "bad"
    if group.is_disagreeing:
        return "warn"
    if clock.is_first:
        return "good"
    return "plain"


def _tone_of_label(group: ClockGroup) -> Tone:
    if group.is_disagreeing:
        return "warn"
    if group.head.is_first:
        return "accent"
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

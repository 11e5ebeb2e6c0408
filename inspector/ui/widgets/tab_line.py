"""The views in the header, each with its key; it knows which was drawn where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from session_inspector.inspector.keys import spell_key
from session_inspector.inspector.model.boards.registry import Tab
from session_inspector.inspector.model.facts.rows import Tone

GAPS = (3, 2, 1)
"""Columns between two names: as many as there is room for."""
TIGHT = 0
"""A column between two names, and the count of alarms without its number: the view has it."""


class TabLine:
    """Draws the views by one name in every width; without room the last ones are only keys."""

    def __init__(self, tone: Callable[[Tone], Style]) -> None:
        self._tone = tone
        self._ends: list[tuple[int, str]] = []
        """(column after a tab, its key)."""

    def draw(self, tabs: Sequence[Tab], width: int) -> Text:
        """Return the line."""
        gap, named = plan_tabs(tabs, width)
        text = Text()
        if gap == GAPS[0]:
            text.append(" ")
        self._ends = []
        for tab in tabs:
            text.append(spell_key(tab.key), self._tone("accent" if tab.is_current else "dim"))
            if tab.key in named:
                text.append(f" {label_of(tab, gap)}", self._style(tab))
            text.append(" " * max(1, gap))
            self._ends.append((len(text), tab.key))
        return text

    def key_at(self, x: int) -> str:
        """Return the key of the view that was drawn at a column; empty beside all."""
        return next((key for end, key in self._ends if x < end), "")

    def _style(self, tab: Tab) -> Style:
        style = self._tone(tone_of_tab(tab))
        if tab.is_current:
            return style + Style(underline=True)
        return style


def plan_tabs(tabs: Sequence[Tab], width: int) -> tuple[int, frozenset[str]]:
    """Return the columns between tabs, and the keys of those that have their name."""
    named = [tab.key for tab in tabs]
    for gap in GAPS:
        if _width_of(tabs, named, gap) <= width:
            return gap, frozenset(named)
    if _width_of(tabs, named, TIGHT) <= width:
        return TIGHT, frozenset(named)
    spare = [tab.key for tab in tabs if not (tab.is_current or tab.count)]
    while spare and _width_of(tabs, named, GAPS[-1]) > width:
        named.remove(spare.pop())
    return GAPS[-1], frozenset(named)


def _width_of(tabs: Sequence[Tab], named: Sequence[str], gap: int) -> int:
    count = sum(cell_len(spell_key(tab.key)) for tab in tabs) + max(1, gap) * (len(tabs) - 1)
    if gap == GAPS[0]:
        count += 1
    return count + sum(1 + cell_len(label_of(tab, gap)) for tab in tabs if tab.key in named)


def label_of(tab: Tab, gap: int) -> str:
    """Return the words of a tab; alarms have their count, or only its mark where that is tight."""
    if tab.count and gap == TIGHT:
        return f"{tab.label}⚠"
    if tab.count:
        return f"{tab.label}⚠{tab.count}"
    return tab.label


def tone_of_tab(tab: Tab) -> Tone:
    """Return the tone of a tab."""
    if tab.count:
        return "bad"
    if tab.is_current:
        return "accent"
    return "dim"

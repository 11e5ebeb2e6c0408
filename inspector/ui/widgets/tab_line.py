"""The views in the header, each with its key; it knows which was drawn where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from session_inspector.inspector.model.boards.registry import Tab
from session_inspector.inspector.model.facts.rows import Tone

WIDE_GAP = "   "
GAP = "  "


class TabLine:
    """Draws the views; short names where room is scarce."""

    def __init__(self, tone: Callable[[Tone], Style]) -> None:
        self._tone = tone
        self._ends: list[tuple[int, str]] = []
        """(column after a tab, its key)."""

    def draw(self, tabs: Sequence[Tab], width: int) -> Text:
        """Return the line."""
        wide = self._draw_as(tabs, is_wide=True)
        if cell_len(wide.plain.rstrip()) <= width:
            return wide
        return self._draw_as(tabs, is_wide=False)

    def key_at(self, x: int) -> str:
        """Return the key of the view that was drawn at a column; empty beside all."""
        return next((key for end, key in self._ends if x < end), "")

    def _draw_as(self, tabs: Sequence[Tab], *, is_wide: bool) -> Text:
        text = Text()
        gap = GAP
        if is_wide:
            text.append(" ")
            gap = WIDE_GAP
        self._ends = []
        for tab in tabs:
            text.append(f"{tab.key} ", self._tone("accent" if tab.is_current else "dim"))
            text.append(label_of(tab, is_wide=is_wide), self._style(tab))
            text.append(gap)
            self._ends.append((len(text), tab.key))
        return text

    def _style(self, tab: Tab) -> Style:
        style = self._tone(tone_of_tab(tab))
        if tab.is_current:
            return style + Style(underline=True)
        return style


def label_of(tab: Tab, *, is_wide: bool) -> str:
    """Return the words of a tab; alarms have their count."""
    if is_wide:
        return f"⚠ {tab.label} {tab.count}" if tab.count else tab.label
    return f"⚠ {tab.count}" if tab.count else tab.short


def tone_of_tab(tab: Tab) -> Tone:
    """Return the tone of a tab."""
    if tab.count:
        return "bad"
    if tab.is_current:
        return "accent"
    return "dim"

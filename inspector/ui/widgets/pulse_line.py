"""The pulse of what is watched: a line of small graphs, red where alarms fell."""

from __future__ import annotations

from collections.abc import Callable

from rich.style import Style
from rich.text import Text

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.pulse import (
    NAMES,
    PulseCell,
    PulseGraph,
    pulse_graphs,
)
from session_inspector.inspector.ui.widgets.tones import Toned

COUNT = 6
"""Columns of a count."""
GAP = "  "
MOST = 30
"""Characters of a graph: ten minutes."""
LEAST = 3


class PulseLine(Toned):
    """Draws a graph for each kind of event, as long as there is room."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._graphs: tuple[PulseGraph, ...] = ()

    def show(self, state: State, now: Seconds, *, is_plain: bool) -> None:
        """Show the minutes before a moment; `is_plain`: the terminal has no Braille."""
        graphs = pulse_graphs(state, now, cells_of(self.size.width), is_plain=is_plain)
        if graphs != self._graphs:
            self._graphs = graphs
            self.refresh()

    def render(self) -> Text:
        text = Text(" ", no_wrap=True)
        for graph in self._graphs:
            text.append_text(draw_graph(graph, self.tone))
            text.append(GAP)
        text.truncate(self.content_size.width, overflow="ellipsis")
        return text


def cells_of(width: int) -> int:
    """Return how many characters each graph gets."""
    words = sum(len(name) + 1 + COUNT + len(GAP) for name in NAMES) + 1
    return max(LEAST, min(MOST, (width - words) // len(NAMES)))


def tone_of_cell(cell: PulseCell) -> Tone:
    """Return the tone of a character."""
    if cell.has_alarm:
        return "bad"
    if cell.is_quiet:
        return "dim"
    return "accent"


def draw_graph(graph: PulseGraph, tone: Callable[[Tone], Style]) -> Text:
    """Return a graph with its name and its sum."""
    text = Text(f"{graph.name} ", tone("dim"))
    for cell in graph.cells:
        text.append(cell.text, tone(tone_of_cell(cell)))
    return text.append(f" {graph.total:<{COUNT - 1},}", tone("plain"))

"""The event timeline: when, what, and what made it happen."""

from __future__ import annotations

from rich.text import Text

from session_inspector.inspector.model.facts.rows import TimelineRow
from session_inspector.inspector.model.views.selectors.pulse import PulseGraph
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.pulse_line import draw_graph

WIDE = 90
"""Columns from which the time has milliseconds."""
SECONDS = 8
"""Characters of a time, up to its seconds."""
MILLISECONDS = 12
WITH_CAUSE = 70
"""Columns above which a line names its cause."""
SHORTEST_EVENT = 20
CORNERS = 6
"""Columns of a border that its title leaves."""


class Timeline(LineList[TimelineRow]):
    """One line an event; stays at the newest while the cursor is there."""

    is_whole = True
    """No filter hides an event, and the newest is the last."""

    def key_of(self, row: TimelineRow) -> str:
        return str(row.seq)

    graph: PulseGraph | None = None
    """What stands in the title."""

    def line(self, row: TimelineRow, width: int) -> Text:
        digits = MILLISECONDS if width >= WIDE else SECONDS
        text = Text(no_wrap=True)
        text.append(f"{row.clock[:digits]} ", self.tone("dim"))
        text.append(f"{row.mark} ", self.tone(row.tone))
        text.append(row.title, self.tone(row.tone))
        if row.detail:
            text.append(f"  {row.detail}", self.tone("dim"))
        if row.cause and width > WITH_CAUSE:
            cause = f" ◂ {row.cause}"
            room = max(SHORTEST_EVENT, width - len(cause))
            text.truncate(room, overflow="ellipsis", pad=True)
            text.append(cause, self.tone("dim"))
        return text


def entitle_with_graph(pane: Timeline, title: str, graph: PulseGraph) -> None:
    """Set the title, with a graph beside it where it fits; `entitle` takes the graph away."""
    text = Text(f"{title} · ")
    text.append_text(draw_graph(graph, pane.tone))
    text.rstrip()
    if text.cell_len > pane.size.width - CORNERS:
        pane.graph = None
        pane.entitle(title)
        return
    titles = (title, text.plain)
    if (pane._border_titles, pane.graph) == (titles, graph):
        return
    pane._border_titles = titles
    pane.graph = graph
    pane.border_title = text

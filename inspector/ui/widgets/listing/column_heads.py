"""The names of the columns above a list; a click on one sorts by it, a second turns it round."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events

from session_inspector.inspector.model.facts.listing import ListName
from session_inspector.inspector.model.lists.columns import GAP, Column
from session_inspector.inspector.ui.messages import ListAsked
from session_inspector.inspector.ui.widgets.tones import Toned


class ColumnHeads(Toned):
    """Draws the names over their columns; that of the order has a mark."""

    def __init__(self, list_name: ListName, *, id: str) -> None:
        super().__init__(id=id)
        self._list_name: ListName = list_name
        self._columns: Sequence[Column] = ()
        self._sort = ""
        self._is_reversed = False

    def show(self, columns: Sequence[Column], sort: str, *, is_reversed: bool) -> None:
        """Take the columns, and the order; the same ones again draw nothing."""
        before = (self._columns, self._sort, self._is_reversed)
        self._columns = columns
        self._sort = sort
        self._is_reversed = is_reversed
        if before != (columns, sort, is_reversed):
            self.refresh()

    def render(self) -> Text:
        text = Text(no_wrap=True)
        marked = False
        for column in self._columns:
            is_sorted = bool(column.name) and column.sort == self._sort and not marked
            marked |= is_sorted
            name = column.name
            if is_sorted:
                name = f"{name[: column.width - 1]}{'▴' if self._is_reversed else '▾'}"
            align = ">" if column.is_right else "<"
            cell = f"{name[: column.width]:{align}{column.width}}"
            text.append(cell + " " * GAP, self.tone("accent" if is_sorted else "dim"))
        return text

    def on_click(self, event: events.Click) -> None:
        event.stop()
        sort = self._sort_at(int(event.x) - self.gutter.left)
        if sort:
            name = self._list_name
            self.post_message(ListAsked(lambda lists: lists.sort_list(name, sort)))

    def _sort_at(self, x: int) -> str:
        """Return the order of the column at a place; empty: there is none."""
        end = 0
        for column in self._columns:
            end += column.width + GAP
            if x < end:
                return column.sort
        return ""

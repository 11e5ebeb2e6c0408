"""The colours of the tones, the same in every widget; the sheet gives them their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.widget import Widget

from session_inspector.inspector.keys import LIST
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.ui.textual_private import HookedWidget, make_part_styles
from session_inspector.inspector.ui.widgets.plain_title import plain_title

FOLDED = "-folded"
"""Class of a pane of which only the title is drawn: another one has its room."""
ZOOMED = "-zoomed"
"""Class of a pane that has the screen, and of what it stands in."""
ASIDE = "-aside"
"""Class of what a zoomed pane has taken the room of."""
ABSENT = "-absent"
"""Class of what has nothing to show, or no room on a screen of this size."""
SUBTITLED = "-subtitled"
"""Class of a pane whose lower border has a text."""


def set_shown(widget: Widget, shown: bool) -> None:
    """Give a widget its place, or none; a zoom of another pane hides it all the same."""
    widget.set_class(not shown, ABSENT)


def is_shown(widget: Widget) -> bool:
    """Check whether a widget has a place, zoom or not."""
    return not widget.has_class(ABSENT)


TONES = frozenset(
    {"tone--plain", "tone--good", "tone--warn", "tone--bad", "tone--dim", "tone--accent"}
)


class Toned(HookedWidget):
    """A widget that draws in tones."""

    PARTS: ClassVar[frozenset[str]] = TONES
    """What the sheet has styles for; they are looked up when they are drawn first."""

    _border_titles: tuple[str, str] = ("", "")
    _part_styles: Mapping[str, Style] = {}

    def entitle(self, title: str, subtitle: str = "") -> None:
        """Set the texts of the border, markup off; the same ones again draw nothing."""
        titles = (title, subtitle)
        if self._border_titles == titles:
            return
        self._border_titles = titles
        self.border_title = plain_title(title)
        self.border_subtitle = plain_title(subtitle)
        self.set_class(bool(subtitle), SUBTITLED)

    def tone(self, tone: Tone) -> Style:
        return self.part_style(f"tone--{tone}")

    def part_style(self, name: str) -> Style:
        """Return the style of a part, without what is behind it. Raises: KeyError for no part."""
        kept = self._part_styles.get(name)
        if kept is None:
            if name not in self.PARTS:
                raise KeyError(name)
            self.are_parts_stale = partial(_are_stale, self)
            kept = make_part_styles(self, name).partial_rich_style
            self._part_styles = {**self._part_styles, name: kept}
        return kept


def _are_stale(widget: Toned) -> bool:
    """Look up the parts that were drawn again; True: one looks different now."""
    before = widget._part_styles
    widget._part_styles = {}
    return any(widget.part_style(name) != style for name, style in before.items())


class Panel(Toned, can_focus=True):
    """A widget of a few lines; where they have no room, the keys of lists scroll them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, show=False, id=key.name)
        for key in LIST
        if key.name != "open_line"
    ]

    _drawn_width = 0
    _drawn_lines: Sequence[tuple[Text, object]] = ()
    """Each line of the last drawing, and its style."""
    _top = 0
    """The first line that is drawn."""

    def lines(self, width: int) -> list[Text]:
        raise NotImplementedError

    def count_lines(self, width: int) -> int:
        """Return how many lines there are in so many columns; at least one."""
        return max(1, len(self.lines(width)))

    def redraw(self) -> None:
        """Draw, when the lines are other than they were; lay out, when there are more or less."""
        before = list(self._drawn_lines)
        if self._drawn_width != self.content_size.width or not before:
            self.refresh(layout=True)
            return
        after = [(line, line.style) for line in self.lines(self._drawn_width)]
        if len(after) != len(before):
            self.refresh(layout=True)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y - self._top, self._drawn_width, 1) for y in changed))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.count_lines(width)

    def render(self) -> Text:
        width = self.content_size.width
        height = self.content_size.height
        lines = self.lines(width)
        self._drawn_width = width
        self._drawn_lines = [(line.copy(), line.style) for line in lines]
        self._top = max(0, min(self._top, len(lines) - height))
        shown = lines[self._top : self._top + height]
        for line in shown:
            line.truncate(width, overflow="ellipsis")
        if self._top + height < len(lines) and shown:
            shown[-1] = self._cut(shown[-1], len(lines) - self._top - height, width)
        return Text("\n", no_wrap=True).join(shown)

    def action_do(self, name: str) -> None:
        """Scroll, as a key of the lists says."""
        page = max(1, self.content_size.height - 1)
        last = len(self._drawn_lines)
        targets = {
            "down": self._top + 1,
            "up": self._top - 1,
            "page_down": self._top + page,
            "page_up": self._top - page,
            "first": 0,
            "last": last,
        }
        self._top = max(0, min(targets[name], last - self.content_size.height))
        self.refresh()

    def _cut(self, line: Text, more: int, width: int) -> Text:
        """Return the last line that is drawn, with how many are below it."""
        mark = f" ▾ {more} more"
        line.truncate(max(0, width - len(mark)), overflow="ellipsis", pad=True)
        return line.append(mark, self.tone("warn"))

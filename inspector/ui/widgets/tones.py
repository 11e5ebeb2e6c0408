"""The colours of the tones, the same in every widget; the sheet gives them their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from session_inspector.inspector.model.facts.rows import Tone


class Toned(Widget):
    """A widget that draws in tones."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tone--plain",
        "tone--good",
        "tone--warn",
        "tone--bad",
        "tone--dim",
        "tone--accent",
    }

    _border_titles: tuple[str, str] = ("", "")

    def entitle(self, title: str, subtitle: str = "") -> None:
        """Set the texts of the border, markup off; the same ones again draw nothing."""
        titles = (title, subtitle)
        if self._border_titles == titles:
            return
        self._border_titles = titles
        self.border_title = title.replace("[", "(")
        self.border_subtitle = subtitle.replace("[", "(")

    def tone(self, tone: Tone) -> Style:
        return self.get_component_rich_style(f"tone--{tone}", partial=True)


class Panel(Toned):
    """A widget of a few lines; it is as high as they are, and cuts what is too wide."""

    _drawn_width = 0
    _drawn_lines: Sequence[tuple[Text, object]] = ()
    """Each line of the last drawing, and its style."""

    def lines(self, width: int) -> list[Text]:
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw, when the lines are other than they were; lay out, when there are more or less."""
        before = list(self._drawn_lines)
        if self._drawn_width != self.content_size.width or not before:
            self.refresh(layout=True)
            return
        after = [(line, line.style) for line in self.lines(self._drawn_width)]
        if after != before:
            self.refresh(layout=len(after) != len(before))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self.lines(width)))

    def render(self) -> Text:
        width = self.content_size.width
        lines = self.lines(width)
        self._drawn_width = width
        self._drawn_lines = [(line.copy(), line.style) for line in lines]
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return Text("\n", no_wrap=True).join(lines)

"""One line above the footer for what is said now; empty, it is not there."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from session_inspector.inspector.ui.notices import Notice
from session_inspector.inspector.ui.widgets.tones import Toned

BETWEEN = "  ·  "


class NoticeLine(Toned):
    """Draws messages beside each other, the newest first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False
        self._notices: tuple[Notice, ...] = ()

    def show(self, notices: Sequence[Notice]) -> None:
        """Say these."""
        if tuple(notices) == self._notices:
            return
        self._notices = tuple(notices)
        self.display = bool(notices)
        self.refresh()

    def render(self) -> Text:
        parts = [
            Text(one.spell(), self.tone("accent" if one.is_ok else "warn")) for one in self._notices
        ]
        line = Text(BETWEEN, self.tone("dim"), no_wrap=True).join(parts)
        line = Text(" ").append_text(line)
        line.truncate(self.content_size.width, overflow="ellipsis")
        return line

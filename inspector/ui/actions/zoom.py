"""The key that gives the focused pane the whole screen, and tab, which takes that along."""

from __future__ import annotations

from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.zoom import NEXT, PREVIOUS, ZoomScreen
from session_inspector.inspector.ui.watch import Watch


class ZoomActions:
    """Zoom, and back."""

    def __init__(self, watch: Watch, window: Window) -> None:
        self._watch = watch
        self._window = window

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "zoom": self.zoom,
            NEXT: lambda: self._move(1),
            PREVIOUS: lambda: self._move(-1),
        }

    def zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        screen = self._window.screen
        pane = self._window.focused
        if not self.unzoom() and isinstance(screen, ZoomScreen) and pane is not None:
            screen.zoom.begin(pane)
            self._draw()

    def unzoom(self) -> bool:
        """Show all panes again; False: all are shown."""
        screen = self._window.screen
        if not isinstance(screen, ZoomScreen) or not screen.zoom.end():
            return False
        self._draw()
        return True

    def _move(self, step: int) -> None:
        """Give another pane the keys, and the zoom where there is one."""
        screen = self._window.screen
        if isinstance(screen, ZoomScreen) and screen.zoom.pane is not None:
            screen.zoom.move(step)
        elif step > 0:
            screen.focus_next()
        else:
            screen.focus_previous()

    def _draw(self) -> None:
        """Draw now, and once more when the panes have their new sizes."""
        self._watch.draw()
        self._window.after_refresh(self._watch.draw)

"""Work of many steps: after half a second it is shown how far it is, and escape stops it."""

from __future__ import annotations

import asyncio
from types import TracebackType

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.screens.working import WorkingScreen, draw_progress

FIRST: Seconds = 0.5
"""Until it is shown: what is quick is not."""


class LongWork:
    """A context for the steps; between two of them ask `was_stopped`."""

    def __init__(self, window: Window, title: str, total: int = 0) -> None:
        """`total`: how many steps there are; 0: nobody knows."""
        self.was_stopped = False
        self._window = window
        self._total = total
        self._screen = WorkingScreen(title)
        self._opening: asyncio.Task[None] | None = None
        self._is_open = False

    async def __aenter__(self) -> LongWork:
        self._opening = asyncio.create_task(self._open_late())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._opening is not None:
            self._opening.cancel()
        if self._is_open:
            self._screen.finish()

    def show(self, done: int, text: str) -> None:
        """Show how far it is."""
        self._screen.show(draw_progress(done, self._total, text))

    async def _open_late(self) -> None:
        await asyncio.sleep(FIRST)
        self._is_open = True
        self._window.ask(self._screen, self._hear)

    def _hear(self, answer: str) -> None:
        self.was_stopped = True

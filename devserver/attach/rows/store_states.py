"""What is reported of a store whose rows are looked at: up or away, how, and at what cost."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace


class StoreStates:
    """Reports when a store goes away or comes back, and how it is watched."""

    def __init__(
        self, label: str, layout: str, clock: Clock, publish: Publish, pace: LookPace = USUAL
    ) -> None:
        self._pace = pace
        self._label = label
        self._layout = layout
        self._clock = clock
        self._publish = publish
        self._last: StoreStateChanged | None = None
        """What was reported last."""
        self._commands: float | None = None

    def report_up(
        self, *, has_more: bool, pause: Seconds, about: str = "", others: str = ""
    ) -> None:
        """Report that the store answers, and which of its rows are watched."""
        most = self._pace.most_rows
        which = f"all rows of {self._layout}"
        if has_more:
            which = f"{most:,} rows of {self._layout}, and those of requests"
        if about:
            which = f"{most:,} of {about} rows of {self._layout}, and those of requests"
        looking = f"looking {self._pace.word}".rstrip()
        watched_by = f"{looking} every {pause:g} s at {which}"
        if others:
            watched_by += f"; {others}"
        self._report(True, "", watched_by, has_more=has_more, about=about)

    def report_down(self, reason: str, *, has_more: bool) -> None:
        """Report that the store does not answer."""
        self._report(False, reason, "", has_more=has_more)

    def report_load(self, commands: float) -> None:
        """Report how many commands a second the watching sends; of a store that is up."""
        self._commands = commands
        last = self._last
        if last is not None and last.is_up:
            self._report(True, "", last.watched_by, has_more=last.has_more, about=last.about)

    def _report(
        self, is_up: bool, reason: str, watched_by: str, *, has_more: bool, about: str = ""
    ) -> None:
        event = StoreStateChanged(
            at=self._clock.now(),
            store=self._label,
            is_up=is_up,
            reason=reason,
            watched_by=watched_by,
            has_more=has_more,
            about=about,
            commands=self._commands,
        )
        if self._last is not None and _facts_of(self._last) == _facts_of(event):
            return
        self._last = event
        self._publish(event)


def _facts_of(event: StoreStateChanged) -> tuple[object, ...]:
    """Return what is news when it changes."""
    return event.is_up, event.watched_by, event.commands if event.is_up else None

"""Plays a recording in its own time, faster and slower."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
LONGEST_GAP = 10.0
"""Seconds of the recording in which nothing happens that are waited for; the rest is skipped."""
REAL_TIME = SPEEDS.index(1.0)


class Playback:
    """Whether a recording plays, how fast, and which moment of it is shown."""

    def __init__(self) -> None:
        self.is_playing = False
        self._speed = REAL_TIME
        self._moment: Seconds = 0.0
        """Of the recording."""

    @property
    def speed(self) -> float:
        """Seconds of the recording in one second."""
        return SPEEDS[self._speed]

    @property
    def moment(self) -> Seconds:
        """The moment of the recording that is shown while it plays."""
        return self._moment

    def start(self, moment: Seconds) -> None:
        """Play from a moment of the recording."""
        self.is_playing = True
        self._moment = moment

    def pause(self) -> None:
        """Stand still."""
        self.is_playing = False

    def change_speed(self, by: int) -> None:
        """Take a faster or slower speed, as far as there is one."""
        self._speed = max(0, min(len(SPEEDS) - 1, self._speed + by))

    def advance(self, events: Sequence[Event], shown: int, elapsed: Seconds) -> int:
        """Return how many events are shown after so many seconds of the real clock.

        Long silence and travelled time are not waited for; at the end it pauses. `shown` is 1 at
        least.
        """
        self._moment += elapsed * self.speed
        while shown < len(events) and self._is_due(events[shown - 1].at, events[shown].at):
            shown += 1
        if shown >= len(events):
            self.pause()
        return shown

    def _is_due(self, last: Seconds, following: Seconds) -> bool:
        """Check whether an event is to be shown now; what is skipped moves the moment."""
        gap = following - last
        if 0 <= gap <= LONGEST_GAP:
            return following <= self._moment
        if gap > 0 and self._moment - last < LONGEST_GAP:
            return False
        self._moment = following
        return True

    def describe(self) -> str:
        """Return it for the header: `▶ 2×`, or nothing while it stands still."""
        if not self.is_playing:
            return ""
        return f"▶ {self.speed:g}×"

"""A recording as a feed: its beginning at once, the rest of a long one while it is looked at."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from session_inspector.devserver.core.commands import Command, InspectRequest, Reply, Reveal
from session_inspector.devserver.core.errors import InputError, describe_error
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds, Unsubscribe
from session_inspector.devserver.core.wire import event_from_json

LOST = re.compile(r'\{"lost": ?([0-9]{1,18})\}')
"""A line that stands where events were lost."""
AT_ONCE = 2_000
"""Events that are read before anything is shown: 40 ms."""
NOT_RECORDED = "a recording holds no secret and no request in full: only the running server does"
"""The answer to who asks for what never enters a recording."""
SLICE = 500
"""Events after which the reader reports more."""


class ReplayFeed:
    """Shows a recording up to one event, all at first; nothing can be changed."""

    def __init__(self, path: str) -> None:
        """Read the beginning. Raises: InputError for a file that is no recording."""
        self._events: list[Event] = []
        self._lost = 0
        self._reported_lost = 0
        self._shown: int | None = None
        """None: all there are."""
        self._moment: Seconds | None = None
        """None: that of the last event that is shown."""
        self._rest = _events_of(Path(path), self._lose, self._cut)
        self._wakes: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._problem: InputError | None = None
        self.note = ""
        """What a person should know of the recording: that it ends within an event."""
        self.when_failed: Callable[[], None] = lambda: None
        """Called from the reading thread at a line that is no event; `close` says which."""
        if not self._take(AT_ONCE):
            raise InputError(f"{path} has no events; a recording is what --record wrote")

    def step(self, by: int) -> None:
        """Show `by` events more; fewer when it is negative, but one at least."""
        self.go_to(self.place[0] + by)

    def go_to(self, count: int, moment: Seconds | None = None) -> None:
        """Show so many events, one at least; `moment` is what the clock then says."""
        total = len(self._events)
        shown = max(1, min(total, count))
        self._shown = shown
        self._moment = moment
        if shown == total:
            self._shown = None

    def recorded(self) -> Sequence[Event]:
        """Return all events that have been read."""
        return self._events

    @property
    def place(self) -> tuple[int, int]:
        """How many events are shown, of how many."""
        count = len(self._events)
        if self._shown is None:
            return count, count
        return self._shown, count

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq` up to where it stands, and how many were lost."""
        first = bisect_right(self._events, seq, key=lambda event: event.seq)
        before = 0
        if seq:
            before = self._reported_lost
        self._reported_lost = self._lost
        return self._events[first : self.place[0]], self._lost - before

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake` as more is read; the first who listens makes the rest be read."""
        self._wakes.append(wake)
        if self._thread is None:
            self._thread = threading.Thread(target=self._read_on, name="replay", daemon=True)
            self._thread.start()
        return lambda: self._wakes.remove(wake)

    async def send(self, command: Command) -> Reply:
        """Refuse: this is a recording."""
        if isinstance(command, (InspectRequest, Reveal)):
            return Reply(is_ok=False, message=NOT_RECORDED)
        return Reply(is_ok=False, message="this is a recording: nothing can be changed in it")

    def now(self) -> Seconds:
        """Return the moment of the last event that is shown, or the one to which it has played."""
        if self._moment is not None:
            return self._moment
        return self._events[self.place[0] - 1].at

    def close(self) -> None:
        """Raise what reading ended with. Raises: InputError when a later line was no event."""
        if self._problem is not None:
            raise self._problem

    def _read_on(self) -> None:
        try:
            while self._wakes and self._take(SLICE):
                for wake in tuple(self._wakes):
                    wake()
        except InputError as error:
            self._problem = error
            self.when_failed()
        except Exception as error:  # a supervised watcher: it must not end without a word
            self._problem = InputError(f"reading the recording failed: {describe_error(error)}")
            self.when_failed()

    def _take(self, count: int) -> int:
        """Read up to `count` events more; numbers always rise, whoever wrote the file."""
        taken = 0
        for event in islice(self._rest, count):
            last = 0
            if self._events:
                last = self._events[-1].seq
            if event.seq <= last:
                event = replace(event, seq=last + 1)
            self._events.append(event)
            taken += 1
        return taken

    def _lose(self, count: int) -> None:
        self._lost += count

    def _cut(self, note: str) -> None:
        self.note = note


def check_recording(path: str) -> None:
    """Raises: InputError for a file that is not there, or cannot be read."""
    try:
        with Path(path).open("rb") as file:
            file.read(1)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Fix: the path") from error


def _events_of(
    path: Path, lose: Callable[[int], None], cut: Callable[[str], None]
) -> Iterator[Event]:
    """Yield the events of a recording, and report how many were lost while it was made.

    A last line without its end was being written when the recorder was killed: it is left out.
    """
    number = 0
    is_whole = True
    try:
        with path.open("rb") as lines:
            for raw in lines:
                number += 1
                is_whole = raw.endswith(b"\n")
                line = raw.decode()
                if (gap := LOST.fullmatch(line.strip())) is not None:
                    lose(int(gap[1]))
                elif line.strip():
                    yield event_from_json(line)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Fix: the path") from error
    except (InputError, UnicodeDecodeError) as error:
        if number > 1 and not is_whole:
            cut(f"{path} ends within event {number}: it is shown up to there")
            return
        raise InputError(
            f"line {max(number, 1)} of {path} is no event; a recording is what --record wrote"
        ) from error

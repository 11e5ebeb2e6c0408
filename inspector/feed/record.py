"""A whole journal in a file, one event a line; secrets are written masked, as everywhere."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from devserver.core.commands import Command, Reply
from devserver.core.errors import InputError
from devserver.core.events import Event
from devserver.core.journal import Journal
from devserver.core.values import Seconds, Unsubscribe
from devserver.core.wire import event_from_json, event_to_json

PAUSE = 0.2
"""Seconds between two looks at the journal."""
LOST = re.compile(r'\{"lost": ?([0-9]{1,18})\}')
"""A line that stands where events were lost."""


class Recorder:
    """Writes every event of a journal to a file, in a thread of its own."""

    def __init__(self, journal: Journal, path: str) -> None:
        """Open the file, 0600. Raises: InputError when it cannot be written."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise InputError(
                f"{path} cannot be written ({error.strerror}). Fix: --record another/file.jsonl"
            ) from error
        self._file = os.fdopen(handle, "w", encoding="utf-8")
        self._journal = journal
        self._news = threading.Event()
        self._is_over = False
        self._seq = 0
        self.path = path
        self.count = 0
        """Events that were written."""
        self.dropped = 0
        """Events that were lost before they could be written."""
        self._stop = journal.on_change(self._news.set)
        self._thread = threading.Thread(target=self._write_on, name="recorder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._stop()
        self._is_over = True
        self._news.set()
        self._thread.join()
        self._file.close()

    def summary(self) -> str:
        """Return one line for people."""
        lost = f"; {self.dropped} were LOST: they came faster than the disk" if self.dropped else ""
        return f"{self.count} events in {self.path}{lost}. Watch: session-inspector replay FILE"

    def _write_on(self) -> None:
        while not self._is_over:
            self._news.wait(PAUSE)
            self._news.clear()
            self._write()
        self._write()

    def _write(self) -> None:
        events, dropped = self._journal.since(self._seq)
        if dropped:
            self.dropped += dropped
            self._file.write(f'{{"lost": {dropped}}}\n')
        for event in events:
            self._file.write(event_to_json(event) + "\n")
            self._seq = event.seq
        self.count += len(events)
        self._file.flush()


class ReplayFeed:
    """A recording as a feed: shown up to one event, all at first; nothing can be changed."""

    def __init__(self, path: str) -> None:
        """Read the file. Raises: InputError for one that is no recording."""
        self._events, self._lost = _read(Path(path))
        self._shown = len(self._events)

    def step(self, by: int) -> None:
        """Show so many events more, or fewer; one at least stays."""
        self._shown = max(1, min(len(self._events), self._shown + by))

    @property
    def place(self) -> tuple[int, int]:
        """How many events are shown, of how many."""
        return self._shown, len(self._events)

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq` up to where it stands, and how many were lost."""
        found = [event for event in self._events[: self._shown] if event.seq > seq]
        return found, self._lost if seq == 0 else 0

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Nothing changes by itself."""
        return lambda: None

    async def send(self, command: Command) -> Reply:
        """Say that this is a recording."""
        return Reply(is_ok=False, message="this is a recording: nothing can be changed in it")

    def now(self) -> Seconds:
        """Return the moment of the last event that is shown."""
        return self._events[self._shown - 1].at


def _read(path: Path) -> tuple[list[Event], int]:
    """Return the events of a recording, and how many were lost while it was made."""
    found: list[Event] = []
    number = lost = 0
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                number += 1
                if (gap := LOST.fullmatch(line.strip())) is not None:
                    lost += int(gap[1])
                elif line.strip():
                    found.append(event_from_json(line))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Fix: the path") from error
    except (InputError, UnicodeDecodeError) as error:
        raise InputError(
            f"line {max(number, 1)} of {path} is no event; a recording is what --record wrote"
        ) from error
    if not found:
        raise InputError(f"{path} has no events; a recording is what --record wrote")
    return found, lost

"""A whole journal in a file, one event a line; secrets are written masked, as everywhere.

A disk that is full ends no recording: the file keeps whole lines only, what found no room is
counted, and once there is room a line says how many are missing there.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.wire import event_from_json, event_to_json

PAUSE = 0.2
"""Seconds between two looks at the journal."""
TASK = "the recording"
LONGEST_LINE = 10_000_000
"""Bytes of a first line that are read to see whether a file is a recording."""


class Recorder:
    """Writes every event of a journal to a file, in a thread of its own."""

    def __init__(
        self, journal: Journal, path: str, *, write: Callable[[int, bytes], int] = os.write
    ) -> None:
        """Open the file, 0600. Raises: InputError when it cannot be written."""
        try:
            self._handle = _open_private(path)
        except OSError as error:
            raise InputError(
                f"{path} cannot be written ({error.strerror}). Fix: --record another/file.jsonl"
            ) from error
        self._is_file = stat.S_ISREG(os.fstat(self._handle).st_mode)
        """False: a pipe or a device, which nobody can replay."""
        self._write_bytes = write
        self._journal = journal
        self._news = threading.Event()
        self._is_over = False
        self._seq = 0
        self._size = 0
        """Bytes of the whole lines that are in the file."""
        self._gap = 0
        """Events that are missing after the last line of the file."""
        self._problem = ""
        """Why the disk takes nothing now; empty: it does."""
        self.path = path
        self.count = 0
        """Events that were written."""
        self.dropped = 0
        """Events that were lost before they could be written."""
        self.unwritten = 0
        """Events that the disk did not take."""
        self._last_problem = ""
        self._stop = journal.on_change(self._news.set)
        self._thread = threading.Thread(target=self._write_on, name="recorder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._stop()
        self._is_over = True
        self._news.set()
        self._thread.join()
        with suppress(OSError):  # some disks say only now that they are full
            os.close(self._handle)

    def summary(self) -> str:
        """Return one line for people."""
        lost = self._describe_lost()
        found = f"{count_noun(self.count, 'event')} in {self.path}{lost}"
        if not self._is_file:
            return f"{found}. It is no file: nothing to replay"
        if not self.count:
            return f"{found}. Nothing to replay"
        watch = shlex.join(["session-inspector", "replay", self.path])
        if lost:
            return f"{found}. Watch the others: {watch}"
        return f"{found}. Watch: {watch}"

    def _describe_lost(self) -> str:
        lost = ""
        if self.dropped:
            lost = f"; {self.dropped} LOST: they came faster than the disk"
        if self.unwritten:
            lost += f"; {self.unwritten} LOST: {self._last_problem}"
        return lost

    def _write_on(self) -> None:
        while not self._is_over:
            self._news.wait(PAUSE)
            self._news.clear()
            self._write()
        self._write()

    def _write(self) -> None:
        events, dropped = self._journal.since(self._seq)
        self.dropped += dropped
        self._gap += dropped
        if events:
            self._seq = events[-1].seq
        if not self._append(events) and not self._problem:
            self._append_singly(events)

    def _append_singly(self, events: Sequence[Event]) -> None:
        """Write as many as there is room for; the others are lost."""
        for number, event in enumerate(events):
            if not self._append([event]):
                self._lose(events[number:])
                return

    def _append(self, events: Sequence[Event]) -> bool:
        """Write some events as whole lines; False: the file is as it was before."""
        if not events and not self._gap:
            return True
        lines = [event_to_json(event) for event in events]
        if self._gap:
            lines.insert(0, f'{{"lost": {self._gap}}}')  # `replay` reads it
        data = "".join(f"{line}\n" for line in lines).encode()
        try:
            self._write_whole(data)
        except OSError as error:
            self._last_problem = error.strerror or type(error).__name__
            self._undo()
            if self._problem:
                self._lose(events)
            return False
        self._size += len(data)
        self._gap = 0
        self._problem = ""
        self.count += len(events)
        return True

    def _write_whole(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._write_bytes(self._handle, bytes(rest)) :]

    def _undo(self) -> None:
        """Take back what was written of a line that found no room."""
        with suppress(OSError):  # a pipe or a device keeps what it has
            os.ftruncate(self._handle, self._size)
            os.lseek(self._handle, self._size, os.SEEK_SET)

    def _lose(self, events: Sequence[Event]) -> None:
        """Count events that found no room; told once, when that begins."""
        self.unwritten += len(events)
        self._gap += len(events)
        if self._problem:
            return
        self._problem = self._last_problem
        sys.stderr.write(
            f"session-inspector: {self.path} takes no more ({self._problem}); the recording goes on"
            " when there is room, and counts what is missing\n"
        )
        at = events[0].at
        reason = f"{self._problem}: events are missing in {self.path}"
        self._journal.publish(WatchFailed(at=at, task=TASK, reason=reason, count=1))


def _open_private(path: str) -> int:
    """Open a file to write it anew; only its owner may read it, whatever its mode was.

    Raises: OSError; InputError for a file that holds something else than a recording, or that
    another one writes.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            _lock(path, handle)
            _check_replaceable(path)
            os.fchmod(handle, 0o600)
            os.ftruncate(handle, 0)
    except (OSError, InputError):
        os.close(handle)
        raise
    return handle


def _lock(path: str, handle: int) -> None:
    """Keep a file for this recording as long as it is open. Raises: InputError."""
    try:
        import fcntl
    except ImportError:  # Windows has none: two recordings in one file are not noticed there
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(
            f"{path} is being written by another recording, which would be lost."
            " Fix: --record another/file.jsonl"
        ) from error
    except OSError:
        return  # a file system without locks


def _check_replaceable(path: str) -> None:
    """Refuse a file that is neither empty nor an earlier recording. Raises: InputError."""
    with open(path, "rb") as file:
        first = file.readline(LONGEST_LINE).decode("utf-8", "replace")
    if not first or first.startswith('{"lost":'):
        return
    try:
        event_from_json(first)
    except InputError as error:
        raise InputError(
            f"{path} holds something else than a recording, and would be overwritten."
            " Fix: --record another/file.jsonl"
        ) from error

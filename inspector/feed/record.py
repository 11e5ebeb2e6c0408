"""A whole journal in a file, one event a line; secrets are written masked, as everywhere."""

from __future__ import annotations

import os
import threading

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.wire import event_to_json

PAUSE = 0.2
"""Seconds between two looks at the journal."""


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
        lost = ""
        if self.dropped:
            lost = f"; {self.dropped} were LOST: they came faster than the disk"
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
            self._file.write(f'{{"lost": {dropped}}}\n')  # `replay` reads it
        for event in events:
            self._file.write(event_to_json(event) + "\n")
            self._seq = event.seq
        self.count += len(events)
        self._file.flush()

"""Events as lines on stdout, until a signal, or until whoever reads them goes away."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Unsubscribe
from session_inspector.devserver.core.wire import event_to_json
from session_inspector.inspector.cli.output import say, write_line

HEARTBEAT = 0.2
"""Seconds after which a signal is noticed at the latest."""


class Source(Protocol):
    """A journal or a feed."""

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq`, and how many were dropped before them."""
        ...

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake` after each event."""
        ...


class _Ended(BaseException):
    """A signal came while a write waited for a reader who does not read."""


class _Stop:
    """Set by SIGINT, SIGTERM, and SIGHUP unless it is ignored (nohup)."""

    def __init__(self) -> None:
        self.is_set = False
        self.is_writing = False
        numbers = [signal.SIGINT, signal.SIGTERM]
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            numbers.append(signal.SIGHUP)
        for number in numbers:
            signal.signal(number, self._end)

    def _end(self, _signal: int, _frame: object) -> None:
        self.is_set = True
        if self.is_writing:
            # Python goes on with a write that a signal interrupted: a full pipe would hold us for
            # ever. Nowhere else is it safe to raise: a lock may be held by this very thread
            raise _Ended

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let a signal break off what is written inside."""
        self.is_writing = True
        try:
            yield
        finally:
            self.is_writing = False


def stream(source: Source, introduce: Callable[[], None], *, as_json: bool) -> None:
    """Write what comes first, then each event as JSON if asked, until a signal."""
    stop = _Stop()
    news = threading.Event()
    unsubscribe = source.on_change(news.set)
    try:
        introduce()
        seq = 0
        while not stop.is_set:
            news.wait(HEARTBEAT)
            news.clear()
            events, dropped = source.since(seq)
            if dropped:
                say(f"{dropped} events were dropped")
            for event in events:
                seq = event.seq
                if as_json and not stop.is_set:
                    with stop.writing():
                        write_line(event_to_json(event))
    except (BrokenPipeError, _Ended):
        # the reader went away, a normal end for `serve --json | head`; or does not read: what is
        # still in the buffer goes nowhere, else the exit would wait for the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        unsubscribe()

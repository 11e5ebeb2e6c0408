"""Events as lines on stdout, until a signal, or until whoever reads them goes away."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from devserver.core.events import Event
from devserver.core.values import Unsubscribe
from devserver.core.wire import event_to_json
from inspector.cli.output import print_line

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


def stream(source: Source, first: str, *, as_json: bool) -> None:
    """Write the first line, then each event as JSON if asked, until told to stop."""
    stop, news = threading.Event(), threading.Event()

    def end(_signal: int, _frame: object) -> None:
        stop.set()  # `news` may be locked by the very thread this handler interrupts

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    unsubscribe = source.on_change(news.set)
    try:
        print_line(first)
        seq = 0
        while not stop.is_set():
            news.wait(HEARTBEAT)
            news.clear()
            events, dropped = source.since(seq)
            if dropped:
                sys.stderr.write(f"session-inspector: {dropped} events were dropped\n")
            for event in events:
                seq = event.seq
                if as_json:
                    print_line(event_to_json(event))
    except BrokenPipeError:
        # the reader went away: a normal end for `serve --json | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        unsubscribe()

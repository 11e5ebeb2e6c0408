"""The app over a made-up crowd, for a benchmark to press keys in.

    python -m tests.benchmarks.crowd SESSIONS EVENTS RATE SECONDS FIGURES

It folds so many sessions, and further events up to EVENTS, writes what that cost to the file
FIGURES, and shows the app. The key `~` starts a stream of RATE events a second for SECONDS; when
all of it is shown, the file says how long that took after the stream's end.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType

import session_inspector.inspector.ui.app as ui
from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.sample import NOW, ListFeed, cookie, ended, server, started, written

SLICE = 500
TICK = 0.01
PEOPLE = 500
"""Browsers that the requests of the stream come from."""
LONGEST = 60
"""Seconds that are waited for what is not shown yet at the stream's end."""
Figures: TypeAlias = Mapping[str, float]


def who(number: int) -> str:
    """Return the name that the list shows of a session."""
    return f"user-{number:07d}"


def made(sessions: int, events: int) -> Iterator[Event]:
    """Yield a crowd: each session as it was written, then requests up to so many events."""
    yield server(NOW - 7200)
    for number in range(sessions):
        at = NOW - 7000 + number * 1000 / sessions
        yield written(f"s{number}", at, "", who=(f"local|{number}", who(number)))
    for number in range(max(0, events - sessions) // 4):
        yield from request(number, number % sessions)


def request(number: int, session: int) -> list[Event]:
    """Return the four events of a request that rolls a session."""
    exchange = f"x{number}"
    at = NOW - 5000 + number * 0.001
    name = f"s{session}"
    return [
        started(exchange, at, "/protected", f"lab:{session % PEOPLE}"),
        written(name, at, exchange, reason="roll", who=(f"local|{session}", who(session))),
        cookie(name, at, exchange),
        ended(exchange, at, 200, name),
    ]


def folded(sessions: int, events: int, table: SearchTable) -> State:
    """Return the state after all of a crowd's events; the table follows, as the app's does."""
    state = empty()
    batch = list[Event]()
    gc.disable()
    for seq, event in enumerate(made(sessions, events), 1):
        batch.append(replace(event, seq=seq))
        if len(batch) == SLICE:
            state = fold(state, batch)
            table.follow(state)
            batch = []
    state = fold(state, batch)
    table.follow(state)
    gc.freeze()
    gc.enable()
    return state


class CrowdApp(InspectorApp):
    """The app, and a key that starts the stream."""

    CSS_PATH = str(Path(ui.__file__).with_name("inspector.tcss"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tilde", "stream", show=False, priority=True)]

    def __init__(
        self,
        state: State,
        table: SearchTable,
        *,
        rate: int,
        seconds: float,
        report: Callable[[Figures], None],
    ) -> None:
        feed = ListFeed()
        super().__init__(feed, ticks=True)
        self.bridge.state = state
        self.bridge.table = table
        self._source = feed
        self._rate = rate
        self._seconds = seconds
        self._report = report
        self._sessions = len(state.order)
        self._sent = 0

    def action_stream(self) -> None:
        """Publish from a thread of its own, as the server does."""
        threading.Thread(target=self._stream, daemon=True).start()

    def _stream(self) -> None:
        began = stopwatch()
        pause = threading.Event()
        while (passed := stopwatch() - began) < self._seconds:
            while self._sent < passed * self._rate:
                number = 10_000_000 + self._sent // 4
                for event in request(number, number * 7919 % self._sessions):
                    self._source.journal.publish(event)
                self._sent += 4
            pause.wait(TICK)
        ended = stopwatch()
        while self._count_shown() < self._sent and stopwatch() - ended < LONGEST:
            pause.wait(TICK)
        behind = stopwatch() - ended
        dropped = self.bridge.state.dropped
        self._report({"sent": self._sent, "dropped": dropped, "seconds_behind": behind})

    def _count_shown(self) -> int:
        """Return how many events of the stream are in the state, which counts them from 1."""
        return self.bridge.state.timeline[-1].seq


def main(arguments: list[str]) -> None:
    """Make the crowd and show it."""
    sessions, events, rate, seconds = map(int, arguments[:4])
    figures = Path(arguments[4])
    before = resident()
    began = stopwatch()
    table = SearchTable()
    state = folded(sessions, events, table)
    found = {"fold_seconds": stopwatch() - began, "megabytes": resident() - before}

    def report(more: Figures) -> None:
        found.update(more)
        figures.write_text(json.dumps(found))

    report({})
    app = CrowdApp(state, table, rate=rate, seconds=seconds, report=report)
    sys.stdout.write("HERE WE GO\n")
    sys.stdout.flush()
    app.run()
    report({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


def resident() -> float:
    """Return the megabytes this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main(sys.argv[1:])

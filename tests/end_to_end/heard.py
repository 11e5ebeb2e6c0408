"""What runs, asked by commands, and the events of its journal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from session_inspector.devserver.attach.attachment import RunningAttachment
from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.host import RunningLab
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import session_rows
from tests.waiting import PATIENCE

E = TypeVar("E", bound=Event)
R = TypeVar("R", bound=RunningLab | RunningAttachment)


class Heard(Generic[R]):
    def __init__(self, running: R) -> None:
        self.running = running
        self.base_url = running.base_url

    def send(self, command: Command) -> Reply:
        return self.running.submit(self.running.control.execute(command)).result(PATIENCE)

    def events(self) -> list[Event]:
        return list(self.running.journal.since(0)[0])

    def told(self, kind: type[E]) -> list[E]:
        return [event for event in self.events() if isinstance(event, kind)]

    def state(self) -> State:
        return fold(State(), self.events())

    def rows(self) -> list[SessionRow]:
        """Return the sessions as the terminal app would list them now."""
        return list(session_rows(self.state(), self.running.clock.now()))

    def row_once(self, is_so: Callable[[SessionRow], object]) -> SessionRow:
        """Return the newest session, once its row is as wanted."""
        self.eventually(lambda: [row for row in self.rows()[:1] if is_so(row)])
        return self.rows()[0]

    def only_row(self) -> SessionRow:
        """Return the one session there is, once it is there."""
        self.eventually(self.rows)
        (row,) = self.rows()
        return row

    def eventually(self, holds: Callable[[], object]) -> None:
        """Wait until something holds: events come behind the responses they are about."""
        news = threading.Event()
        stop = self.running.journal.on_change(news.set)
        end = stopwatch() + PATIENCE
        try:
            while not holds():
                assert stopwatch() < end, f"it never came true; heard: {self.events()[-20:]}"
                news.wait(0.1)
                news.clear()
        finally:
            stop()

    def wait_for(self, kind: type[E], count: int = 1) -> list[E]:
        """Return the events of a kind, once there are so many."""
        self.eventually(lambda: len(self.told(kind)) >= count)
        return self.told(kind)


def moved_by(before: SessionRow, after: SessionRow) -> float:
    """Return by how many seconds the end of a session is later than it was."""
    assert before.ends is not None
    assert after.ends is not None
    return after.ends - before.ends

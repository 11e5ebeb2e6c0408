"""What runs, asked by commands, and what its journal tells of it."""

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

E = TypeVar("E", bound=Event)
R = TypeVar("R", bound=RunningLab | RunningAttachment)
PATIENCE = 10.0
"""Seconds until what was awaited counts as never coming."""


class Heard(Generic[R]):
    def __init__(self, running: R) -> None:
        self.running = running
        self.base_url = running.base_url

    def send(self, command: Command) -> Reply:
        return self.running.submit(self.running.control.execute(command)).result(20)

    def events(self) -> list[Event]:
        return list(self.running.journal.since(0)[0])

    def told(self, kind: type[E]) -> list[E]:
        return [event for event in self.events() if isinstance(event, kind)]

    def state(self) -> State:
        return fold(State(), self.events())

    def rows(self) -> list[SessionRow]:
        """Return the sessions as the terminal app would list them now."""
        return list(session_rows(self.state(), self.running.clock.now()))

    def eventually(self, holds: Callable[[], object]) -> None:
        """Wait until something holds: events come behind the responses they tell of."""
        news = threading.Event()
        stop, end = self.running.journal.on_change(news.set), stopwatch() + PATIENCE
        try:
            while not holds():
                assert stopwatch() < end, "it never came true"
                news.wait(0.1)
                news.clear()
        finally:
            stop()

    def wait_for(self, kind: type[E], count: int = 1) -> list[E]:
        """Return the events of a kind, once there are so many."""
        self.eventually(lambda: len(self.told(kind)) >= count)
        return self.told(kind)

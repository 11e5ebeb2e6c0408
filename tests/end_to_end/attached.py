"""Attachments in front of real apps, each with servers of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from starlette.types import ASGIApp

from devserver.attach import AttachSettings, RunningAttachment, start_attachment
from devserver.core.commands import Command, Reply
from devserver.core.events import Event
from devserver.core.listening import bind, port_of
from devserver.host import Host
from inspector.model.rows import SessionRow
from inspector.model.search import session_rows
from inspector.model.state import State
from inspector.model.update import fold

E = TypeVar("E")
PATIENCE = 10.0


class Attached:
    def __init__(self, running: RunningAttachment) -> None:
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
        stop = self.running.journal.on_change(news.set)
        deadline = time.monotonic() + PATIENCE
        try:
            while not holds():
                assert time.monotonic() < deadline, "it never came true"
                news.wait(0.1)
                news.clear()
        finally:
            stop()


@contextmanager
def attached(settings: AttachSettings) -> Iterator[Attached]:
    running = start_attachment(settings)
    try:
        yield Attached(running)
    finally:
        running.stop()


@contextmanager
def served(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve an ASGI app on loopback; yields its URL."""

    async def build() -> ASGIApp:
        return app

    async def close(app: ASGIApp) -> None:
        return None

    listener = bind(port)
    place = port_of(listener)
    host: Host[ASGIApp] = Host(build, lambda built: {place: built}, close, [listener])
    host.start()
    try:
        yield f"http://127.0.0.1:{place}"
    finally:
        host.stop()

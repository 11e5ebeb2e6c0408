"""A real app behind an attached proxy: the lab, or any ASGI app, on free loopback ports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
from starlette.types import ASGIApp

from devserver.attach import AttachSettings, RunningAttachment, start_attachment
from devserver.core.clock import stopwatch
from devserver.core.commands import Command, Reply
from devserver.core.events import Event
from devserver.core.listening import bind, port_of
from devserver.host import Host, start_lab
from devserver.settings import load_settings
from devserver.web.proxy.route import route_to
from inspector.model.rows import SessionRow
from inspector.model.search import session_rows
from inspector.model.state import State
from inspector.model.update import fold
from tests.end_to_end.lab import Lab
from tests.servers import free_port

E = TypeVar("E", bound=Event)
SECRET = "a-session-secret-of-32-bytes-or-more"
PATIENCE = 10.0


class Attached:
    """What runs, and what was heard of it."""

    def __init__(self, running: RunningAttachment) -> None:
        self.running = running
        self.url = running.base_url

    def send(self, command: Command) -> Reply:
        return self.running.submit(self.running.control.execute(command)).result(20)

    def events(self) -> list[Event]:
        return list(self.running.journal.since(0)[0])

    def all_of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events() if isinstance(event, kind)]

    def wait_for(self, kind: type[E], count: int = 1) -> list[E]:
        """Return the events of a kind, once there are so many: they come behind the response."""
        self.wait_until(lambda: len(self.all_of(kind)) >= count)
        return self.all_of(kind)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        news = threading.Event()
        stop, end = self.running.journal.on_change(news.set), stopwatch() + PATIENCE
        try:
            while not is_so():
                assert stopwatch() < end, "it did not come"
                news.wait(0.2)
                news.clear()
        finally:
            stop()

    def rows(self) -> list[SessionRow]:
        """Return the sessions as the terminal app would list them now."""
        return list(session_rows(fold(State(), self.events()), self.running.clock.now()))


@contextmanager
def attached(settings: AttachSettings) -> Iterator[Attached]:
    running = start_attachment(settings)
    try:
        yield Attached(running)
    finally:
        running.stop()


@contextmanager
def lab_and_proxy(
    folder: Path, store: str = "", *, may_write: bool = False, **flags: str
) -> Iterator[tuple[Lab, Attached]]:
    """Run the lab as somebody's app: it knows itself by the proxy's URL, as it would in life."""
    port, own = free_port(), free_port()
    flags["port"] = str(own)
    flags["base_url"] = f"http://127.0.0.1:{port}"
    if store:
        flags["store"] = store
    lab = start_lab(load_settings(flags, {"HOME": str(folder), "AUTH0_SECRET": SECRET}))
    settings = AttachSettings(
        route=route_to(f"http://127.0.0.1:{own}"),
        port=port,
        secrets=[SECRET],
        store=store,
        may_write=may_write,
    )
    try:
        with attached(settings) as proxy:
            yield Lab(lab), proxy
    finally:
        lab.stop()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an ASGI app on a free port; yields its URL."""
    listener = bind(0)

    async def build() -> ASGIApp:
        return app

    async def close(_: ASGIApp) -> None:
        return None

    host = Host(build, lambda built: {port_of(listener): built}, close, [listener])
    url = f"http://127.0.0.1:{port_of(listener)}"
    host.start()
    try:
        yield url
    finally:
        host.stop()


def browser() -> httpx.Client:
    return httpx.Client(follow_redirects=True, timeout=PATIENCE)

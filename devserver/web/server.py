"""What listens: an app for each port, and a uvicorn server that ends when it is told to."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.core.listening import LOOPBACK


class ByPort:
    """Sends a request to the app of the port it arrived at."""

    def __init__(self, apps: dict[int, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app of that port; the first one when the server names none."""
        first = next(iter(self._apps))
        port: int = (scope.get("server") or (LOOPBACK, first))[1]
        app = self._apps.get(port, self._apps[first])
        await app(scope, receive, send)


class AnnouncingServer(uvicorn.Server):
    """A server that announces that it listens. In a thread, uvicorn leaves signals alone."""

    def __init__(
        self,
        config: uvicorn.Config,
        announce: Callable[[], None],
        before_stop: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._announce = announce
        self._before_stop = before_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then announce it."""
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and cut what is still open: TLS would wait for a peer that does not close."""
        self._before_stop()
        with silence_cancelled():
            await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport | None = connection.transport
            if transport is not None:  # no handshake yet
                transport.abort()
        await asyncio.sleep(0)


@contextmanager
def silence_cancelled() -> Iterator[None]:
    """Print nothing of answers that are cut: uvicorn logs a traceback for each."""
    log = logging.getLogger("uvicorn.error")

    def is_loud(record: logging.LogRecord) -> bool:
        return False

    log.addFilter(is_loud)
    try:
        yield
    finally:
        log.removeFilter(is_loud)

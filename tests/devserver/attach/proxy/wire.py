"""A proxy between raw sockets: what the app got and what the browser got, byte for byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.listener import Proxy
from session_inspector.devserver.attach.proxy.route import Route, route_to
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.listening import bind, port_of
from tests.waiting import PATIENCE

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Handler: TypeAlias = Callable[[Reader, Writer], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Heard:
    """An audience that keeps what it is told."""

    exchanges: list[Exchange] = field(default_factory=list)
    ended_ones: list[Exchange] = field(default_factory=list)
    states: list[tuple[bool, str]] = field(default_factory=list)

    def started(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def responded(self, exchange: Exchange) -> None:
        assert exchange in self.exchanges

    def ended(self, exchange: Exchange) -> None:
        self.ended_ones.append(exchange)

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        if not self.states or self.states[-1][0] != is_up:
            self.states.append((is_up, reason))


@dataclass
class App:
    """A scripted server on a loopback port."""

    port: int
    heard: Heard
    proxy_port: int
    proxy: Proxy
    connections: int = 0
    trust: ssl.SSLContext | None = None
    """What its clients speak https with."""

    @asynccontextmanager
    async def client(self) -> AsyncIterator[tuple[Reader, Writer]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.proxy_port, ssl=self.trust)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def exchange(self, request: bytes) -> bytes:
        """Send bytes, and return all that comes until the proxy closes."""
        async with self.client() as (reader, writer), asyncio.timeout(PATIENCE):
            writer.write(request)
            return await reader.read()


@asynccontextmanager
async def proxied(
    handler: Handler, route: Callable[[str], Route] = route_to, *, port: int = 0
) -> AsyncIterator[App]:
    """Run a proxy before a handler of raw connections; both end with the block."""

    serving: set[asyncio.Task[None]] = set()

    async def talk(reader: Reader, writer: Writer) -> None:
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the proxy has gone: the tests look at what came of it
        finally:
            writer.close()

    def serve(reader: Reader, writer: Writer) -> None:
        app.connections += 1
        serving.add(asyncio.ensure_future(talk(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    port = server.sockets[0].getsockname()[1]
    heard = Heard()
    listener = bind(0)
    proxy = Proxy(route(f"http://127.0.0.1:{port}"), heard, SystemClock())
    app = App(port=port, heard=heard, proxy_port=port_of(listener), proxy=proxy)
    await proxy.open([listener])
    try:
        yield app
    finally:
        await proxy.close()
        server.close()
        await asyncio.wait(serving or [asyncio.ensure_future(asyncio.sleep(0))], timeout=PATIENCE)
        for _ in range(3):  # sockets close in the loop's next rounds
            await asyncio.sleep(0)


async def head_of(reader: Reader) -> bytes:
    """Read one head."""
    async with asyncio.timeout(PATIENCE):
        return await reader.readuntil(b"\r\n\r\n")


def answering(answer: bytes, got: list[bytes] | None = None) -> Handler:
    """Return a handler that answers each head without body with the same bytes."""

    async def handler(reader: Reader, writer: Writer) -> None:
        while True:
            head = await head_of(reader)
            if got is not None:
                got.append(head)
            writer.write(answer)
            await writer.drain()

    return handler

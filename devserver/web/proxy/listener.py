"""The proxy itself: a listening socket, its clients, the pool to the app."""

from __future__ import annotations

import asyncio
import socket

from devserver.core.clock import Clock
from devserver.web.proxy.client import Client, Desk
from devserver.web.proxy.exchange import Audience
from devserver.web.proxy.route import Route
from devserver.web.proxy.upstream import Pool


class Proxy:
    """Listens on sockets that are bound already."""

    def __init__(self, route: Route, audience: Audience, clock: Clock) -> None:
        self._pool = Pool(route, audience.upstream)
        self._desk = Desk(route=route, pool=self._pool, audience=audience, clock=clock)
        self._servers: list[asyncio.Server] = []

    async def open(self, sockets: list[socket.socket]) -> None:
        """Begin to listen, in the running loop."""
        loop = asyncio.get_running_loop()
        for listener in sockets:
            self._servers.append(
                await loop.create_server(lambda: Client(self._desk), sock=listener)
            )

    async def close(self) -> None:
        """Listen no more, and drop all connections."""
        for server in self._servers:
            server.close()
        for client in tuple(self._desk.connections):
            client.abort()
        self._pool.close()

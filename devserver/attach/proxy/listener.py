"""The proxy itself: a listening socket, its clients, the pool to the app."""

from __future__ import annotations

import asyncio
import socket

from session_inspector.devserver.attach.proxy.client import Client, Desk
from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream import SLOW, Pool
from session_inspector.devserver.core.clock import Clock


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

    async def knock(self) -> str:
        """Return why the app cannot be reached now, and tell the audience; empty: it can be."""
        try:
            found = await self._pool.connect()
        except (OSError, TimeoutError) as error:
            reason = str(error) or SLOW
            self._desk.audience.upstream(False, reason)
            return reason
        found.close()
        return ""

    async def close(self) -> None:
        """Listen no more, and drop all connections."""
        for server in self._servers:
            server.close()
        for client in tuple(self._desk.connections):
            client.abort()
        self._pool.close()

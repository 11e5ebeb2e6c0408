"""The proxy itself: a listening socket, its clients, the pool to the app."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from itertools import count

from session_inspector.devserver.attach.proxy.client_connection import ClientConnection
from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.attach.proxy.front import Front
from session_inspector.devserver.attach.proxy.relay import ProxyParts
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream.pool import Pool
from session_inspector.devserver.attach.proxy.upstream.trouble import Trouble
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.stores.watching.load import REAL_TIME, Timing
from session_inspector.devserver.web.kept_requests import KeptRequests


class Proxy:
    """Listens on sockets that are bound already."""

    def __init__(
        self,
        route: Route,
        audience: Audience,
        clock: Clock,
        *,
        numbers: count[int] | None = None,
        kept: KeptRequests | None = None,
        timing: Timing = REAL_TIME,
    ) -> None:
        """Take where to, who hears of it, and how the watch of the app waits.

        `numbers` name the exchanges: handed in where another part of the journal has some too.
        `kept` keeps the last requests, to be looked at and sent again.
        """
        self._pool = Pool(route, audience, timing)
        self._parts = ProxyParts(
            route=route,
            pool=self._pool,
            audience=audience,
            clock=clock,
            numbers=numbers or count(1),
            kept=kept,
        )
        self._servers: list[asyncio.Server | Front] = []

    async def open(self, sockets: list[socket.socket]) -> None:
        """Begin to listen, in the running loop."""
        for listener in sockets:
            self._servers.append(await self._serve(listener))

    async def _serve(self, listener: socket.socket) -> asyncio.Server | Front:
        """Listen on a socket: in plain http, or by https where there is a certificate."""
        route = self._parts.route
        if route.front is not None:
            tls = route.front.server_context()
            return Front(listener, route, tls, self._make_connection)
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._make_connection, sock=listener)

    def _make_connection(self) -> ClientConnection:
        return ClientConnection(self._parts)

    def lead_to(self, route: Route) -> None:
        """Send all that comes from now on elsewhere: the app listens on another port.

        What browsers speak stays.
        """
        route = replace(route, front=self._parts.route.front)
        self._parts.route = route
        self._pool.lead_to(route)

    async def check_upstream(self) -> Trouble | None:
        """Return why the app cannot be reached now, and report it; None: it can be."""
        return await self._pool.check()

    async def follow_app(self) -> None:
        """Watch whether the app is there, until cancelled."""
        await self._pool.follow()

    async def close(self) -> None:
        """Listen no more, and drop all connections."""
        for server in self._servers:
            server.close()
            if isinstance(server, Front):
                await server.wait_closed()
        for connection in tuple(self._parts.connections):
            connection.abort()
        self._pool.close()

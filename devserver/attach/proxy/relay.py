"""One exchange under way: its request goes to the app, the app's response to the client."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from session_inspector.devserver.attach.proxy.bodies import Body
from session_inspector.devserver.attach.proxy.client_socket import ClientSocket
from session_inspector.devserver.attach.proxy.exchange import Audience, Exchange
from session_inspector.devserver.attach.proxy.headers import ResponseHead, next_hop_lines
from session_inspector.devserver.attach.proxy.refusals import describe_outage
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.tunnel import Tunnel
from session_inspector.devserver.attach.proxy.upstream.connection import UpstreamConnection
from session_inspector.devserver.attach.proxy.upstream.pool import Pool, Unreachable
from session_inspector.devserver.attach.proxy.upstream.trouble import Trouble
from session_inspector.devserver.core.clock import Clock, stopwatch
from session_inspector.devserver.web.kept_requests import KeptRequests

NO_FRAMING = frozenset({b"content-length"})
KEEP_ALL: frozenset[bytes] = frozenset()


@dataclass(slots=True, kw_only=True)
class ProxyParts:
    """What all connections of one proxy share."""

    route: Route
    pool: Pool
    audience: Audience
    clock: Clock
    numbers: count[int] = field(default_factory=lambda: count(1))
    connections: set[ClientSocket] = field(default_factory=set)
    kept: KeptRequests | None = None
    """Keeps the last requests; None: nobody does."""


class Client(Protocol):
    """The connection that asked."""

    socket: ClientSocket

    def advance(self) -> None:
        """Do what can be done with the bytes that have come."""
        ...

    def go_on(self, *, keeps: bool) -> None:
        """Turn to the next request, or end the connection."""
        ...

    def open_tunnel(self, tunnel: Tunnel) -> None:
        """Relay all bytes as they come."""
        ...

    def refuse(self, status: int, title: str, detail: str) -> None:
        """Answer in the app's place, and end the connection."""
        ...


def refuse_outage(client: Client, route: Route, trouble: Trouble) -> None:
    """Answer in the place of an app that does not."""
    client.refuse(502, *describe_outage(route.url, trouble, is_started_here=route.is_started_here))


def keep_request(kept: KeptRequests | None, exchange: Exchange) -> None:
    """Let a request be kept, with what passes of its bodies."""
    if kept is None:
        return
    head = exchange.head
    lines = [(line.name, line.value) for line in head.lines]
    method = head.method.decode("latin-1")
    exchange.kept = kept.begin(exchange.name, method, head.target.decode("latin-1"), lines)


class Relay:
    """Called by the client's connection with the request, by the upstream with the response."""

    def __init__(self, proxy: ProxyParts, client: Client, exchange: Exchange, body: Body) -> None:
        self.exchange = exchange
        self.body = body
        self.is_over = False
        """The exchange has ended; a tunnel goes on."""
        self._proxy = proxy
        self._client = client
        self._upstream: UpstreamConnection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._is_tunnel = False

    @property
    def is_connected(self) -> bool:
        """True when bytes of the body can be sent."""
        return self._upstream is not None

    def start(self) -> None:
        """Send the request's head, on a kept connection or a new one."""
        self._proxy.audience.started(self.exchange)
        keep_request(self._proxy.kept, self.exchange)
        upstream = self._proxy.pool.take()
        if upstream is None:
            self._connecting = asyncio.ensure_future(self._connect())
        else:
            self._send_head(upstream)

    def send_body(self, data: bytes) -> int:
        """Send bytes of the request's body; returns how many were the body's.

        Raises: BadMessage.
        """
        used = self.body.feed(data)
        self.exchange.has_body_gone = True
        self.send(data[:used])
        if self.exchange.kept is not None:
            self.exchange.kept.add_body(data[:used])
        return used

    def send(self, data: bytes) -> None:
        """Send bytes to the app as they are."""
        if self._upstream is not None:
            self._upstream.send(data)

    def hold_upstream(self, is_full: bool) -> None:
        """Read no more of the response while the client takes no more."""
        if self._upstream is not None:
            self._upstream.hold(is_full)

    def cancel(self) -> None:
        """Let go of the app: nobody waits any more."""
        if self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None
        if self._upstream is not None:
            self._upstream.abort()
            self._upstream = None

    def end(self) -> None:
        """Report the end of the exchange, once."""
        if self.is_over:
            return
        self.is_over = True
        self.exchange.ended_at = self._proxy.clock.now()
        self.exchange.duration = stopwatch() - self.exchange.began
        self._proxy.audience.ended(self.exchange)

    # -- the way to the app ----------------------------------------------------------------

    async def _connect(self) -> None:
        try:
            upstream = await self._proxy.pool.connect()
        except Unreachable as error:
            self._connecting = None
            refuse_outage(self._client, self._proxy.route, error.trouble)
            return
        self._connecting = None
        if self.is_over:
            self._proxy.pool.give(upstream)
            return
        self._send_head(upstream)
        self._client.advance()

    def _send_head(self, upstream: UpstreamConnection) -> None:
        self._upstream = upstream
        self._client.socket.reading.hold("connect", False)
        upstream.begin(self, self.exchange)
        upstream.hold(self._client.socket.is_full)

    # -- responses: what the upstream calls ------------------------------------------------

    def write(self, data: bytes) -> None:
        """Pass bytes of an interim response, a body or a tunnel on."""
        self._client.socket.write(data)
        if self.exchange.kept is not None and self.exchange.response is not None:
            self.exchange.kept.add_answer(data)

    def respond(self, head: ResponseHead, rest: bytes) -> None:
        """Pass the final head on, without the lines of its hop."""
        if self.is_over:
            return
        self._take_head(head)
        drop = NO_FRAMING if head.framing == "chunked" else KEEP_ALL
        lines = next_hop_lines(head.lines, drop)
        if head.framing == "close" or not self.exchange.head.keeps:
            lines.append(b"Connection: close")
        first = b"HTTP/1.1 %d%b" % (head.status, head.reason)
        self._client.socket.write(b"\r\n".join([first, *lines, b"", rest]))
        if self.exchange.kept is not None:
            self.exchange.kept.add_answer(rest)

    def switch(self, head: ResponseHead, rest: bytes) -> Tunnel | None:
        """Pass a 101 on with its Upgrade, and relay both ways from now on."""
        if self.is_over or self._upstream is None:
            return None
        self._take_head(head)
        lines = next_hop_lines(head.lines)
        lines += [line.raw for line in head.lines if line.name == b"upgrade"]
        first = b"HTTP/1.1 101%b" % head.reason
        self._client.socket.write(b"\r\n".join([first, *lines, b"Connection: Upgrade", b"", rest]))
        self._is_tunnel = True
        self.end()
        tunnel = Tunnel(self._client.socket, self._upstream)
        self._client.open_tunnel(tunnel)
        return tunnel

    def finish(self) -> bool:
        """Turn to the next request; one that was answered early ends the connection."""
        upstream = self._upstream
        self._upstream = None
        if upstream is not None:
            upstream.hold(False)
        response = self.exchange.response
        ends_by_close = response is not None and response.framing == "close"
        keeps = self.exchange.head.keeps and self.body.is_done and not ends_by_close
        self.end()
        self._client.go_on(keeps=keeps)
        return self.body.is_done

    def lose(self, error: Exception | None, *, was_kept: bool) -> None:
        """Try once more on a new connection, say what is wrong, or cut what cannot be completed."""
        self._upstream = None
        if self._is_cut_short():
            return
        if was_kept and self.exchange.is_repeatable:
            self._connecting = asyncio.ensure_future(self._connect())
        else:
            self._connecting = asyncio.ensure_future(self._explain_close(error))

    def refuse_answer(self, trouble: Trouble) -> None:
        """Say what the app's answer is, or cut it where it ceases to be one."""
        self._upstream = None
        if self._is_cut_short():
            return
        trouble = trouble.with_fix_of(self._proxy.route)
        self._proxy.pool.failed(trouble)
        refuse_outage(self._client, self._proxy.route, trouble)

    async def _explain_close(self, error: Exception | None) -> None:
        trouble = await self._proxy.pool.explain_close(error)
        self._connecting = None
        refuse_outage(self._client, self._proxy.route, trouble)

    def _is_cut_short(self) -> bool:
        """Close what is half: whoever got half a response must see that it is half."""
        if not (self._is_tunnel or self.is_over or self.exchange.response is not None):
            return False
        self._client.socket.close()
        self.end()
        return True

    def hold(self, is_full: bool) -> None:
        """Read no more of the request while the app takes no more."""
        self._client.socket.reading.hold("upstream", is_full)

    def _take_head(self, head: ResponseHead) -> None:
        self.exchange.response = head
        self.exchange.status = head.status
        if self.exchange.kept is not None:
            headers = [(line.name, line.value) for line in head.lines]
            self.exchange.kept.respond(head.status, headers)
        self.exchange.responded_at = self._proxy.clock.now()
        self._proxy.audience.responded(self.exchange)

"""Connections of browsers: requests one after the other, relayed as they come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from session_inspector.devserver.attach.proxy.bodies import BadMessage, Body, body_of
from session_inspector.devserver.attach.proxy.connection import Side
from session_inspector.devserver.attach.proxy.exchange import Audience, Exchange
from session_inspector.devserver.attach.proxy.headers import (
    LARGEST,
    RequestHead,
    ResponseHead,
    parse_request,
    passed_on,
)
from session_inspector.devserver.attach.proxy.refusals import away, foreign_host, refusal
from session_inspector.devserver.attach.proxy.route import Route, forwarded, is_allowed
from session_inspector.devserver.attach.proxy.upstream import SLOW, Pool, Upstream
from session_inspector.devserver.core.clock import Clock, stopwatch

HIGH = 64 * 1024
"""Bytes held for a request that waits; then the client is read no more."""
Phase = Literal["head", "body", "wait", "tunnel", "closing"]
NO_FRAMING = frozenset({b"content-length"})


@dataclass(slots=True, kw_only=True)
class Desk:
    """What all connections of one proxy share."""

    route: Route
    pool: Pool
    audience: Audience
    clock: Clock
    numbers: count[int] = field(default_factory=lambda: count(1))
    connections: set[Client] = field(default_factory=set)


class Client(Side):
    """One connection of a browser."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._phase: Phase = "head"
        self._buffer = bytearray()
        self._exchange: Exchange | None = None
        self._body: Body | None = None
        self._upstream: Upstream | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._is_full = False

    # -- the transport's side --------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of who it is."""
        super().connection_made(transport)
        self._desk.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the app know that nobody waits any more."""
        self._desk.connections.discard(self)
        self._phase = "closing"
        self._let_go()
        self._over()

    def data_received(self, data: bytes) -> None:
        """Relay a tunnel or a body at once; keep the rest until its turn."""
        if self._phase == "closing":
            return
        if self._phase == "tunnel":
            if self._upstream is not None:
                self._upstream.send(data)
            return
        self._buffer += data
        self._advance()

    def pause_writing(self) -> None:
        """The client reads slower than the app sends."""
        self._is_full = True
        if self._upstream is not None:
            self._upstream.hold(True)

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._is_full = False
        if self._upstream is not None:
            self._upstream.hold(False)

    # -- requests --------------------------------------------------------------------------

    def _advance(self) -> None:
        try:
            while self._step():
                pass
        except BadMessage as error:
            self._refuse(error.status, "This request is not relayed", error.reason)

    def _step(self) -> bool:
        """Do what can be done with the buffer; False: wait for more."""
        match self._phase:
            case "head":
                return self._read_head()
            case "body":
                return self._relay_body()
            case _:
                self.hold_for("next", len(self._buffer) > HIGH)
                return False

    def _read_head(self) -> bool:
        while self._buffer.startswith(b"\r\n"):  # RFC 9112 §2.2
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n") + 4
        if (len(self._buffer) if end < 4 else end) > LARGEST:
            raise BadMessage(f"its head has more than {LARGEST} bytes", 431)
        if end < 4:
            return False
        raw = bytes(self._buffer[:end])
        del self._buffer[:end]
        head = parse_request(raw)
        if not is_allowed(self._desk.route, head.host):
            self._refuse(421, *foreign_host(head.host.decode("latin-1")))
            return False
        self._begin(head)
        return True

    def _begin(self, head: RequestHead) -> None:
        desk = self._desk
        self._body = body_of(head.framing)
        self._phase = "wait" if self._body.is_done else "body"
        self._exchange = Exchange(
            name=f"x{next(desk.numbers)}",
            head=head,
            out=forwarded(desk.route, head, self.peer),
            at=desk.clock.now(),
            began=stopwatch(),
        )
        desk.audience.started(self._exchange)
        self._dispatch(self._exchange)

    def _dispatch(self, exchange: Exchange) -> None:
        found = self._desk.pool.take()
        if found is None:
            self._connecting = asyncio.ensure_future(self._connect(exchange))
        else:
            self._send_head(found, exchange)

    async def _connect(self, exchange: Exchange) -> None:
        try:
            upstream = await self._desk.pool.connect()
        except (OSError, TimeoutError) as error:
            self._connecting = None
            self.fail(str(error) or SLOW, was_kept=False)
            return
        self._connecting = None
        if self._exchange is not exchange:
            self._desk.pool.give(upstream)
            return
        self._send_head(upstream, exchange)
        self._advance()

    def _send_head(self, upstream: Upstream, exchange: Exchange) -> None:
        self._upstream = upstream
        self.hold_for("connect", False)
        upstream.begin(self, exchange)
        upstream.hold(self._is_full)

    def _relay_body(self) -> bool:
        if self._body is None or self._exchange is None or not self._buffer:
            return False
        if self._upstream is None:
            self.hold_for("connect", len(self._buffer) > HIGH)
            return False
        data = bytes(self._buffer)
        used = self._body.feed(data)
        del self._buffer[:used]
        self._exchange.has_body_gone = True
        self._upstream.send(data[:used])
        if self._body.is_done:
            self._phase = "wait"
        return self._body.is_done

    # -- responses: what the upstream calls ------------------------------------------------

    def respond(self, head: ResponseHead, rest: bytes) -> None:
        """Pass the final head on, without the lines of its hop."""
        exchange = self._exchange
        if exchange is None:
            return
        exchange.response, exchange.status = head, head.status
        exchange.responded_at = self._desk.clock.now()
        self._desk.audience.responded(exchange)
        drop = NO_FRAMING if head.framing == "chunked" else frozenset[bytes]()
        lines = passed_on(head.lines, drop)
        if head.framing == "close" or not exchange.head.keeps:
            lines.append(b"Connection: close")
        first = b"HTTP/1.1 %d%b" % (head.status, head.reason)
        self.write(b"\r\n".join([first, *lines, b"", rest]))

    def switch(self, head: ResponseHead, rest: bytes) -> None:
        """Pass a 101 on with its Upgrade, and relay both ways from now on."""
        exchange = self._exchange
        if exchange is None or self._upstream is None:
            return
        exchange.response, exchange.status = head, head.status
        exchange.responded_at = self._desk.clock.now()
        self._desk.audience.responded(exchange)
        lines = passed_on(head.lines)
        lines += [line.raw for line in head.lines if line.name == b"upgrade"]
        first = b"HTTP/1.1 101%b" % head.reason
        self.write(b"\r\n".join([first, *lines, b"Connection: Upgrade", b"", rest]))
        self._phase = "tunnel"
        self._over()
        if self._buffer:
            self._upstream.send(bytes(self._buffer))
            self._buffer.clear()

    def finish(self) -> bool:
        """Turn to the next request; one that was answered early ends the connection."""
        exchange, upstream, self._upstream = self._exchange, self._upstream, None
        if upstream is not None:
            upstream.hold(False)
        is_complete = self._body is not None and self._body.is_done
        keeps = exchange is not None and exchange.head.keeps and is_complete
        is_closed = exchange is not None and exchange.response is not None
        is_closed = is_closed and exchange is not None and _ends_by_close(exchange)
        self._over()
        if keeps and not is_closed:
            self._phase = "head"
            self.hold_for("next", False)
            if self._buffer:
                asyncio.get_running_loop().call_soon(self._advance)
        else:
            self._linger()
        return is_complete

    def fail(self, reason: str, *, was_kept: bool) -> None:
        """Try once more on a new connection, say 502, or cut what cannot be completed."""
        exchange, self._upstream = self._exchange, None
        if self._phase == "tunnel" or exchange is None or exchange.response is not None:
            # whoever got half a response must see that it is half
            self.close()
            self._over()
        elif was_kept and exchange.is_repeatable:
            self._connecting = asyncio.ensure_future(self._connect(exchange))
        else:
            if not was_kept:
                self._desk.audience.upstream(False, reason)
            self._refuse(502, *away(self._desk.route.url, reason))

    def hold(self, is_full: bool) -> None:
        """Read no more of the request while the app takes no more."""
        self.hold_for("upstream", is_full)

    # -- ends ------------------------------------------------------------------------------

    def _refuse(self, status: int, title: str, detail: str) -> None:
        exchange = self._exchange
        self._let_go()
        has_body = exchange is None or exchange.head.method != b"HEAD"
        if exchange is not None:
            exchange.status = status
        if exchange is None or exchange.response is None:
            self.write(refusal(status, title, detail, has_body=has_body))
        self._over()
        self._linger()

    def _let_go(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None
        if self._upstream is not None:
            self._upstream.abort()
            self._upstream = None

    def _over(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.ended_at = self._desk.clock.now()
            exchange.duration = stopwatch() - exchange.began
            self._desk.audience.ended(exchange)

    def _linger(self) -> None:
        self._phase = "closing"
        self._buffer.clear()
        self.linger()


def _ends_by_close(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.framing == "close"

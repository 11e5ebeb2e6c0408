"""A connection to the app: one exchange at a time, all that it sends before it closes is taken."""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol

from session_inspector.devserver.attach.proxy.bodies import BadMessage, Body, body_of
from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.headers import ResponseHead, cut_head, parse_response
from session_inspector.devserver.attach.proxy.tunnel import Tunnel
from session_inspector.devserver.attach.proxy.upstream.leftover import read_leftover
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    FRAME_HEAD,
    Trouble,
    describe_strange_answer,
    is_no_answer_of_http1,
)

Phase = Literal["idle", "head", "body", "tunnel"]


class Caller(Protocol):
    """Who waits for the response."""

    def write(self, data: bytes) -> None:
        """Take bytes as they are: an interim response, a body, a tunnel."""
        ...

    def respond(self, head: ResponseHead, rest: bytes) -> None:
        """Take the final head, and what of the body came with it."""
        ...

    def switch(self, head: ResponseHead, rest: bytes) -> Tunnel | None:
        """Become a tunnel; None: whoever asked has gone."""
        ...

    def finish(self) -> bool:
        """The response is complete; returns whether its request is."""
        ...

    def refuse_answer(self, trouble: Trouble) -> None:
        """What came is no response."""
        ...

    def lose(self, error: Exception | None, *, was_kept: bool) -> None:
        """The connection is lost before the response was complete."""
        ...

    def hold(self, is_full: bool) -> None:
        """Send no more for now, or go on."""
        ...


class Holder(Protocol):
    """Who keeps connections."""

    def answered(self) -> None:
        """The app answered in HTTP/1.1."""
        ...

    def give(self, upstream: UpstreamConnection) -> None:
        """Take a connection back."""
        ...

    def forget(self, upstream: UpstreamConnection) -> None:
        """Drop a connection that is closed."""
        ...


class UpstreamConnection(asyncio.Protocol):
    """One connection."""

    def __init__(self, pool: Holder) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._caller: Caller | None = None
        self._phase: Phase = "idle"
        self._buffer = bytearray()
        self._exchange: Exchange | None = None
        self._body: Body | None = None
        self._tunnel: Tunnel | None = None
        self._keeps = False
        self._uses = 0
        self._is_held = False
        self.kept_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transports are none by class, only by what they do
        self._transport = transport  # type: ignore[assignment]

    def begin(self, caller: Caller, exchange: Exchange) -> None:
        """Send a head; the response goes to the caller."""
        self._caller = caller
        self._exchange = exchange
        self._phase = "head"
        self._uses += 1
        exchange.tries += 1
        self.send(exchange.out)

    def send(self, data: bytes) -> None:
        """Send bytes of a request's body, or of a tunnel."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def hold(self, is_full: bool) -> None:
        """Read no more while the client takes no more."""
        if self._transport is None or is_full == self._is_held or self._transport.is_closing():
            return
        self._is_held = is_full
        if is_full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def abort(self) -> None:
        """Drop the connection: whoever waited has gone."""
        self._caller = None
        self._pool.forget(self)
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Close once all is sent."""
        self._caller = None
        self._pool.forget(self)
        if self._transport is not None:
            self._transport.close()

    def pause_writing(self) -> None:
        """The app reads slower than its client sends."""
        if self._caller is not None:
            self._caller.hold(True)

    def resume_writing(self) -> None:
        """The app has caught up."""
        if self._caller is not None:
            self._caller.hold(False)

    def data_received(self, data: bytes) -> None:
        """Relay; bytes that nobody asked for end the connection."""
        caller = self._caller
        if caller is None:
            self.abort()
            return
        try:
            if self._phase == "tunnel":
                caller.write(data)
            elif self._phase == "body":
                self._relay_body(caller, data)
            else:
                self._buffer += data
                self._relay_heads(caller)
        except BadMessage as error:
            start = bytes(self._buffer[:32]) if self._phase == "head" else b""
            caller.refuse_answer(describe_strange_answer(start, error.reason))
            self.abort()

    def eof_received(self) -> bool:
        """Let the client's side of a tunnel go on; else close."""
        return self._tunnel is not None and self._tunnel.end_app()

    def end_side(self) -> bool:
        """Send no more, and still read; False: TLS has no such thing."""
        if self._transport is None or not self._transport.can_write_eof():
            return False
        self._transport.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """End the response, if its end is the connection's; else the caller has lost it."""
        self._pool.forget(self)
        has_ended = exc is None
        if exc is not None and self._caller is not None and self._transport is not None:
            rest, has_ended = read_leftover(self._transport)
            if rest:
                self.data_received(rest)
        caller = self._caller
        self._caller = None
        if caller is None:
            return
        if has_ended and self._ends_by_close():
            caller.finish()
            return
        was_kept = self._phase == "head" and self._uses > 1 and not self._buffer
        caller.lose(exc, was_kept=was_kept)

    def _ends_by_close(self) -> bool:
        """Check whether the response under way ends with its connection."""
        if self._phase != "body" or self._exchange is None:
            return False
        response = self._exchange.response
        return response is not None and response.framing == "close"

    def _relay_heads(self, caller: Caller) -> None:
        """Relay interim responses, and the final one's head."""
        while self._phase == "head" and self._exchange is not None:
            if is_no_answer_of_http1(bytes(self._buffer[:FRAME_HEAD])):
                raise BadMessage("it does not begin as an HTTP/1.1 answer does", 502)
            raw = cut_head(self._buffer, 502)
            if raw is None:
                return
            head = parse_response(raw, self._exchange.head.method)
            self._pool.answered()
            if head.status >= 200:
                self._relay_final_head(caller, head, self._exchange)
            elif head.status == 101:
                self._switch(caller, head, self._exchange)
            elif not self._exchange.head.is_old:
                caller.write(raw)

    def _switch(self, caller: Caller, head: ResponseHead, exchange: Exchange) -> None:
        if not exchange.head.is_upgrade:
            raise BadMessage("it switched protocols, and nobody had asked", 502)
        self._phase = "tunnel"
        self._tunnel = caller.switch(head, self._empty_buffer())

    def _relay_final_head(self, caller: Caller, head: ResponseHead, exchange: Exchange) -> None:
        if head.framing == "chunked" and exchange.head.is_old:
            raise BadMessage("it answered HTTP/1.0 with chunks", 502)
        self._phase = "body"
        self._body = body_of(head.framing)
        self._keeps = head.keeps
        rest = self._empty_buffer()
        used = self._body.feed(rest)
        caller.respond(head, rest[:used])
        self._end_if_done(caller, rest[used:])

    def _relay_body(self, caller: Caller, data: bytes) -> None:
        if self._body is None:
            return
        used = self._body.feed(data)
        caller.write(data[:used])
        self._end_if_done(caller, data[used:])

    def _end_if_done(self, caller: Caller, rest: bytes) -> None:
        """Go back to the pool, unless something speaks against it."""
        if self._body is None or not self._body.is_done:
            return
        self._caller = None
        self._exchange = None
        self._phase = "idle"
        is_complete = caller.finish()
        is_fit = self._keeps and is_complete and not rest and not self._is_held
        if is_fit and self._transport is not None and not self._transport.is_closing():
            self._pool.give(self)
        else:
            self.close()

    def _empty_buffer(self) -> bytes:
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

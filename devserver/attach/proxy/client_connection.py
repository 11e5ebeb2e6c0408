"""Connections of browsers: requests one after the other, relayed as they come."""

from __future__ import annotations

import asyncio
from typing import Literal

from session_inspector.devserver.attach.proxy.bodies import BadMessage, body_of
from session_inspector.devserver.attach.proxy.client_socket import ClientSocket
from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.headers import RequestHead, cut_head, parse_request
from session_inspector.devserver.attach.proxy.refusals import build_refusal, describe_foreign_host
from session_inspector.devserver.attach.proxy.relay import ProxyParts, Relay
from session_inspector.devserver.attach.proxy.route import forward_head, is_allowed
from session_inspector.devserver.attach.proxy.tunnel import Tunnel
from session_inspector.devserver.core.clock import stopwatch

HIGH = 64 * 1024
"""Bytes held for a request that waits; then the client is read no more."""
LEFT = 2.0
"""Seconds without a byte of a response, after which a client that has ended its side has left."""
Phase = Literal["head", "body", "wait", "tunnel", "closing"]


class ClientConnection(asyncio.Protocol):
    """One connection of a browser."""

    def __init__(self, proxy: ProxyParts) -> None:
        self.socket = ClientSocket()
        self._proxy = proxy
        self._phase: Phase = "head"
        self._buffer = bytearray()
        self._relay: Relay | None = None
        self._tunnel: Tunnel | None = None

    # -- what the transport calls ----------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember who it is."""
        self.socket.start(transport)
        self._proxy.connections.add(self.socket)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the app know that nobody waits any more."""
        self._proxy.connections.discard(self.socket)
        self._phase = "closing"
        if self._relay is not None:
            self._relay.cancel()
            self._relay.end()

    def data_received(self, data: bytes) -> None:
        """Relay a tunnel or a body at once; keep the rest until its turn."""
        if self._phase == "closing":
            self.socket.drop()
            return
        if self._phase == "tunnel":
            if self._relay is not None:
                self._relay.send(data)
            return
        self._buffer += data
        self.advance()

    def eof_received(self) -> bool:
        """Answer a client that sends no more: it may still read. Returns whether it is kept."""
        if self._phase == "closing" or self.socket.is_encrypted:
            return False  # TLS in asyncio has no half that stays open
        if self._phase == "tunnel":
            return self._tunnel is not None and self._tunnel.end_client()
        if not self.socket.has_ended:
            self.socket.note_end()
            self._expect_bytes()
            self._end_if_nothing_is_asked()
        return True

    def _expect_bytes(self) -> None:
        """Take it that a client has left if nothing goes to it for a while.

        One that ends its side in the middle of a response has most likely gone, and an app that
        streams must hear of it. The next bytes tell: they are answered by a reset. Before the
        response, it is a client that waits for it.
        """
        if self._relay is None or self._relay.exchange.response is None:
            return
        asyncio.get_running_loop().call_later(LEFT, self._leave_if_silent, self._relay)

    def _leave_if_silent(self, relay: Relay) -> None:
        if relay is self._relay and not self.socket.has_taken_more:
            self.socket.close()

    def _end_if_nothing_is_asked(self) -> None:
        """Close once a client that sends no more has got all it asked for."""
        if not self.socket.has_ended:
            return
        relay = self._relay
        is_cut_short = (
            self._phase == "body" and relay is not None and relay.is_connected and not self._buffer
        )
        if self._phase == "head" or is_cut_short:
            self.socket.close()

    def pause_writing(self) -> None:
        """The client reads slower than the app sends."""
        self._set_full(True)

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._set_full(False)

    def _set_full(self, is_full: bool) -> None:
        self.socket.is_full = is_full
        if self._relay is not None:
            self._relay.hold_upstream(is_full)

    # -- requests --------------------------------------------------------------------------

    def advance(self) -> None:
        """Do what can be done with the bytes that have come."""
        try:
            while self._step():
                pass
            self._end_if_nothing_is_asked()
        except BadMessage as error:
            self.refuse(error.status, "This request is not relayed", error.reason)

    def _step(self) -> bool:
        """Take one step; False: wait for more."""
        match self._phase:
            case "head":
                return self._read_head()
            case "body":
                return self._relay_body()
            case _:
                self.socket.reading.hold("next", len(self._buffer) > HIGH)
                return False

    def _read_head(self) -> bool:
        while self._buffer.startswith(b"\r\n"):  # RFC 9112 §2.2
            del self._buffer[:2]
        raw = cut_head(self._buffer, 431)
        if raw is None:
            return False
        head = parse_request(raw)
        if not is_allowed(self._proxy.route, head.host):
            name = head.host.decode("latin-1")
            is_in_run = self._proxy.route.is_in_run
            self.refuse(421, *describe_foreign_host(name, is_in_run=is_in_run))
            return False
        self._begin(head)
        return True

    def _begin(self, head: RequestHead) -> None:
        proxy = self._proxy
        body = body_of(head.framing)
        exchange = Exchange(
            name=f"x{next(proxy.numbers)}",
            head=head,
            out=forward_head(proxy.route, head, self.socket.peer),
            at=proxy.clock.now(),
            began=stopwatch(),
            scheme=proxy.route.scheme,
        )
        self._phase = "wait" if body.is_done else "body"
        self._relay = Relay(proxy, self, exchange, body)
        self._relay.start()

    def _relay_body(self) -> bool:
        relay = self._relay
        if relay is None or relay.is_over or not self._buffer:
            return False
        if not relay.is_connected:
            self.socket.reading.hold("connect", len(self._buffer) > HIGH)
            return False
        used = relay.send_body(bytes(self._buffer))
        del self._buffer[:used]
        if relay.body.is_done:
            self._phase = "wait"
        return relay.body.is_done

    # -- what the relay calls --------------------------------------------------------------

    def go_on(self, *, keeps: bool) -> None:
        """Turn to the next request, or end the connection."""
        self._relay = None
        if not keeps:
            self._linger()
            return
        self._phase = "head"
        self.socket.reading.hold("next", False)
        if self._buffer:
            asyncio.get_running_loop().call_soon(self.advance)
        else:
            self._end_if_nothing_is_asked()

    def open_tunnel(self, tunnel: Tunnel) -> None:
        """Relay all bytes as they come, those that wait first."""
        self._tunnel = tunnel
        self._phase = "tunnel"
        if self._buffer and self._relay is not None:
            self._relay.send(bytes(self._buffer))
            self._buffer.clear()

    def refuse(self, status: int, title: str, detail: str) -> None:
        """Answer in the app's place, unless the app has begun to; end the connection."""
        has_body = True
        is_answered = False
        relay = self._relay
        self._relay = None
        if relay is not None:
            relay.cancel()
            relay.exchange.status = status
            has_body = relay.exchange.head.method != b"HEAD"
            is_answered = relay.exchange.response is not None
        if not is_answered:
            self.socket.write(build_refusal(status, title, detail, has_body=has_body))
        if relay is not None:
            relay.end()
        self._linger()

    def _linger(self) -> None:
        is_read = self._phase == "wait" and not self._buffer
        self._phase = "closing"
        self._buffer.clear()
        if self.socket.has_ended or (is_read and self.socket.is_encrypted):
            self.socket.close()
        else:
            self.socket.linger()

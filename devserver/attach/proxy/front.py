"""What a proxy with a certificate listens by: https is answered, plain http is led to it.

The first byte tells them apart, and is left where it is for the handshake (RFC 8446 §5.1: 22 is a
record of a handshake; no HTTP method begins so). Somebody who types `http://localhost:4141` gets
there, instead of a connection that is reset.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable

from session_inspector.devserver.attach.proxy.bodies import BadMessage
from session_inspector.devserver.attach.proxy.headers import cut_head, parse_request
from session_inspector.devserver.attach.proxy.route import Route, is_allowed
from session_inspector.devserver.core.values import Seconds

HANDSHAKE = b"\x16"
PATIENCE: Seconds = 60.0
"""For a client's first byte, and for a plain request's head; browsers connect in advance."""
AGAIN: Seconds = 1.0
"""After an accept that failed, as when there are too many open files."""


class Front:
    """Accepts the connections of one socket."""

    def __init__(
        self,
        listener: socket.socket,
        route: Route,
        tls: ssl.SSLContext,
        make_protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        """`make_protocol` makes what a connection is handed to, once it speaks https."""
        self._listener = listener
        self._route = route
        self._tls = tls
        self._make_protocol = make_protocol
        self._greeting: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.ensure_future(self._accept())

    def close(self) -> None:
        """Listen no more, and drop who has not said yet what it speaks."""
        self._accepting.cancel()
        for task in tuple(self._greeting):
            task.cancel()

    async def wait_closed(self) -> None:
        """Return when its port is free."""
        await asyncio.gather(self._accepting, *self._greeting, return_exceptions=True)
        # only now: the loop no longer waits for this number, which the next socket may get
        self._listener.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(self._listener)
            except OSError:
                await asyncio.sleep(AGAIN)
                continue
            client.setblocking(False)
            task = asyncio.ensure_future(self._greet(client))
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greet(self, client: socket.socket) -> None:
        """Hand a connection on by its first byte; one that fails before that is closed."""
        loop = asyncio.get_running_loop()
        is_handed_on = False
        try:
            first = await _peek(client)
            if first == HANDSHAKE:
                is_handed_on = True  # its transport closes it
                await loop.connect_accepted_socket(self._make_protocol, client, ssl=self._tls)
            elif first:
                is_handed_on = True
                await loop.connect_accepted_socket(lambda: PlainConnection(self._route), client)
        except (OSError, TimeoutError):
            pass  # it has gone, or does not trust the certificate: that is its own to tell
        finally:
            if not is_handed_on:
                client.close()


class PlainConnection(asyncio.Protocol):
    """A client that speaks plain http where https is spoken: its one request is led there."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request, but not forever."""
        # uvloop's transports are none by class, only by what they do
        self._transport = transport  # type: ignore[assignment]
        asyncio.get_running_loop().call_later(PATIENCE, transport.close)

    def data_received(self, data: bytes) -> None:
        """Answer once the head is there."""
        if self._transport is None or self._transport.is_closing():
            return
        self._buffer += data
        answer = lead_to_https(self._route, self._buffer)
        if answer:
            self._transport.write(answer)
            self._transport.close()


def lead_to_https(route: Route, buffer: bytearray) -> bytes:
    """Return the answer to a plain request; empty: its head has not come in full.

    Only names that are answered here are led anywhere.
    """
    try:
        raw = cut_head(buffer, 431)
        if raw is None:
            return b""
        head = parse_request(raw)
    except BadMessage:
        return _build(b"400 Bad Request", b"This port speaks https.\n")
    if not is_allowed(route, head.host):
        return _build(b"421 Misdirected Request", b"This port speaks https.\n")
    url = b"https://" + head.host + head.target
    # 307: the method stays, and no browser keeps it for the day without --https
    where = b"Location: " + url + b"\r\n"
    return _build(b"307 Temporary Redirect", b"This port speaks https: " + url + b"\n", where)


def _build(status: bytes, text: bytes, more: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 " + status + b"\r\n" + more + b"Content-Type: text/plain; charset=utf-8\r\n"
        b"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(text)
    ) + text


async def _peek(client: socket.socket) -> bytes:
    """Return the first byte that a client sends, and leave it; empty: it sent none.

    Raises: TimeoutError; OSError when it has gone.
    """
    loop = asyncio.get_running_loop()
    is_readable: asyncio.Future[None] = loop.create_future()

    def note() -> None:
        loop.remove_reader(client)
        if not is_readable.done():
            is_readable.set_result(None)

    loop.add_reader(client, note)
    try:
        async with asyncio.timeout(PATIENCE):
            await is_readable
    finally:
        loop.remove_reader(client)
    return client.recv(1, socket.MSG_PEEK)

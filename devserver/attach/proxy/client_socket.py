"""The socket of a client: written to, read only while nothing speaks against it, closed gently."""

from __future__ import annotations

import asyncio
import socket

from session_inspector.devserver.attach.proxy.reading import Reading
from session_inspector.devserver.core.clock import stopwatch

LINGER = 2.0
"""Seconds without a byte of what a client still sends after a response that ends its connection."""
LONGEST_LINGER = 30.0
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds and tries to learn that a client which ended its side has gone altogether."""
UNKNOWN_PEER = ("unknown",)


class ClientSocket:
    """A transport, the reasons not to read it, and which of its sides have ended."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self.reading = Reading()
        """Whether the client is read."""
        self.peer = ""
        """The address of who connected."""
        self.is_full = False
        """The client reads slower than the app sends."""
        self.has_ended = False
        """The client sends no more."""
        self.has_taken_more = False
        """It took bytes after that: it is there."""
        self._has_more = False
        self._linger_until = 0.0

    def start(self, transport: asyncio.BaseTransport) -> None:
        """Remember who it is."""
        # uvloop's transports are none by class, only by what they do
        self._transport = transport  # type: ignore[assignment]
        self.reading.start(self._transport)
        address = transport.get_extra_info("peername") or UNKNOWN_PEER
        self.peer = str(address[0])

    @property
    def is_encrypted(self) -> bool:
        """It speaks TLS: neither of its sides can end alone."""
        transport = self._transport
        return transport is not None and transport.get_extra_info("sslcontext") is not None

    def write(self, data: bytes) -> None:
        """Pass bytes on as they are."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
        if self.has_ended:
            self.has_taken_more = True

    def linger(self) -> None:
        """End it; bytes that are still under way must not destroy what was answered."""
        if self._transport is None or self._transport.is_closing():
            return
        self.reading.release()
        self.end_side()
        self._linger_until = stopwatch() + LONGEST_LINGER
        asyncio.get_running_loop().call_later(LINGER, self._end_linger)

    def drop(self) -> None:
        """Throw away what came after the end, and wait for the rest."""
        self._has_more = True

    def _end_linger(self) -> None:
        if not self._has_more or stopwatch() > self._linger_until:
            self.close()
            return
        self._has_more = False
        asyncio.get_running_loop().call_later(LINGER, self._end_linger)

    def end_side(self) -> bool:
        """Send no more, and still read; False: it has no such thing."""
        if self._transport is None or not self._transport.can_write_eof():
            return False
        self._transport.write_eof()
        return True

    def note_end(self) -> None:
        """Remember that the client sends no more; let the kernel ask whether it is there.

        A half that is closed tells nothing.
        """
        self.has_ended = True
        if self._transport is None:
            return
        carrier = self._transport.get_extra_info("socket")
        if carrier is None:
            return
        carrier.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE.items():
            option = getattr(socket, name, None)
            if option is not None:  # not every system has each
                carrier.setsockopt(socket.IPPROTO_TCP, option, value)

    def close(self) -> None:
        """Close it once all is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop it."""
        if self._transport is not None:
            self._transport.abort()

"""The socket of a browser: written to, read only while nothing speaks against it, closed gently."""

from __future__ import annotations

import asyncio
import socket

from session_inspector.devserver.core.clock import stopwatch

LINGER = 2.0
"""Seconds without a byte of what a client still sends after a response that ends its connection."""
LONGEST_LINGER = 30.0
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds and tries to learn that a client which ended its side has gone altogether."""
UNKNOWN_PEER = ("unknown",)


class Connection(asyncio.Protocol):
    """A transport and the reasons not to read it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._holds: set[str] = set()
        self._has_more = False
        self._linger_until = 0.0
        self.peer = ""
        """The address of who connected."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember who it is."""
        # uvloop's transports are none by class, only by what they do
        self._transport = transport  # type: ignore[assignment]
        address = transport.get_extra_info("peername") or UNKNOWN_PEER
        self.peer = str(address[0])

    def write(self, data: bytes) -> None:
        """Pass bytes on as they are."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def hold_for(self, why: str, is_held: bool) -> None:
        """Read only while no reason speaks against it."""
        if (why in self._holds) == is_held or self._transport is None:
            return
        was_held = bool(self._holds)
        if is_held:
            self._holds.add(why)
        else:
            self._holds.discard(why)
        if bool(self._holds) == was_held or self._transport.is_closing():
            return
        if is_held:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def linger(self) -> None:
        """End it; bytes that are still under way must not destroy what was answered."""
        if self._transport is None or self._transport.is_closing():
            return
        for why in tuple(self._holds):
            self.hold_for(why, False)
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

    def watch_for_leaving(self) -> None:
        """Let the kernel ask whether the client is there: a half that is closed tells nothing."""
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

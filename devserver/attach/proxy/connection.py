"""The socket of a browser: written to, read only while nothing speaks against it, closed gently."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.attach.proxy.reading import Reading

LINGER = 2.0
"""Seconds for what a client still sends after a response that ends its connection."""
UNKNOWN_PEER = ("unknown",)


class Connection(asyncio.Protocol):
    """A transport that is written to, and closed without losing what was sent."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self.reading = Reading()
        """Whether the client is read."""
        self.peer = ""
        """The address of who connected."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember who it is."""
        # uvloop's transports are none by class, only by what they do
        self._transport = transport  # type: ignore[assignment]
        self.reading.start(self._transport)
        address = transport.get_extra_info("peername") or UNKNOWN_PEER
        self.peer = str(address[0])

    def write(self, data: bytes) -> None:
        """Pass bytes on as they are."""
        if self._transport is not None:
            self._transport.write(data)

    def linger(self) -> None:
        """End it; bytes that are still under way must not destroy what was answered."""
        if self._transport is None or self._transport.is_closing():
            return
        self.reading.release()
        if self._transport.can_write_eof():
            self._transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER, self._transport.close)

    def close(self) -> None:
        """Close it once all is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop it."""
        if self._transport is not None:
            self._transport.abort()

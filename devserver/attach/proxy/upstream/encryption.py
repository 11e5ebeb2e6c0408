"""TLS to the app, above a plain connection: so that what it sent before it cut that is still read.

The event loops' own layer is gone when a write fails, and with it the key to what waits unread.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

from session_inspector.devserver.attach.proxy.upstream.leftover import read_leftover

PIECE = 256 * 1024
CUT = "it closed the connection in the TLS handshake"


class TlsLayer(asyncio.Transport, asyncio.Protocol):
    """The protocol of a plain transport, and the transport of the protocol inside."""

    def __init__(self, context: ssl.SSLContext, host: str, inner: asyncio.Protocol) -> None:
        super().__init__()
        self._inner = inner
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._carrier: asyncio.Transport | None = None
        self._unsent = bytearray()
        """Waits for what the peer must say first: a renegotiation."""
        self._has_ended = False
        """The app said that it sends no more."""
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done after the handshake, or failed as it did."""

    # -- what the plain transport calls ----------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake."""
        # uvloop's transports are none by class, only by what they do
        self._carrier = transport  # type: ignore[assignment]
        self._shake_hands()

    def data_received(self, data: bytes) -> None:
        """Go on with the handshake, or pass on what is inside."""
        self._incoming.write(data)
        if not self.ready.done():
            self._shake_hands()
        if self.ready.done() and not self._has_failed():
            self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on what still waits, and the end."""
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionResetError(CUT))
        if self._has_failed():
            return
        if exc is not None and self._carrier is not None:
            rest, _ = read_leftover(self._carrier)
            self._incoming.write(rest)
            self._read()
        self._inner.connection_lost(None if self._has_ended else exc)

    def pause_writing(self) -> None:
        """The app reads slower than its client sends."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The app has caught up."""
        self._inner.resume_writing()

    def _has_failed(self) -> bool:
        return self.ready.cancelled() or self.ready.exception() is not None

    def _shake_hands(self) -> None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return
        except ssl.SSLError as error:
            self._flush()
            self.ready.set_exception(error)
            self.abort()
            return
        self._flush()
        self._inner.connection_made(self)
        self.ready.set_result(None)

    def _read(self) -> None:
        try:
            while data := self._tls.read(PIECE):
                self._inner.data_received(data)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._has_ended = True
        except ssl.SSLError as error:
            self._fail(error)
            return
        if self._unsent:
            self._send_unsent()
        self._flush()
        if self._has_ended and self._carrier is not None:
            self._carrier.close()

    def _fail(self, error: ssl.SSLError) -> None:
        """End it with the reason: an alert, or bytes that are no TLS."""
        self._inner.connection_lost(error)
        self.abort()

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data and self._carrier is not None and not self._carrier.is_closing():
            self._carrier.write(data)

    # -- what the protocol inside calls ----------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes."""
        self._unsent += data
        self._send_unsent()
        self._flush()

    def _send_unsent(self) -> None:
        while self._unsent:
            try:
                sent = self._tls.write(self._unsent)
            except ssl.SSLWantReadError:
                return
            except ssl.SSLError as error:
                self._fail(error)
                return
            del self._unsent[:sent]

    def pause_reading(self) -> None:
        """Read no more for now."""
        if self._carrier is not None:
            self._carrier.pause_reading()

    def resume_reading(self) -> None:
        """Go on."""
        if self._carrier is not None:
            self._carrier.resume_reading()

    def is_closing(self) -> bool:
        """Check whether nothing more is sent."""
        return self._carrier is None or self._carrier.is_closing()

    def can_write_eof(self) -> bool:
        """TLS has no half that could be closed alone."""
        return False

    def close(self) -> None:
        """Say the end, and close once all is sent."""
        with suppress(ssl.SSLError):  # the app's own end is not waited for
            self._tls.unwrap()
        self._flush()
        if self._carrier is not None:
            self._carrier.close()

    def abort(self) -> None:
        """Drop it."""
        if self._carrier is not None:
            self._carrier.abort()

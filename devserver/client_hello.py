"""The name that a TLS client asks for (SNI, RFC 6066 §3), read before Python's ssl module does.

That module takes each name for ASCII. Where one is something else it prints an error that nobody
can catch ("Exception ignored in …"), over the screen of whoever runs the server. Here such a
connection ends as any other that asks for a name which is not served.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

HANDSHAKE = 22
"""Type of a record (RFC 8446 §5.1)."""
HEADER = 5
"""Bytes before a record's own."""
CLIENT_HELLO = 1
"""Type of the message within (RFC 8446 §4)."""
SERVER_NAME = 0
"""Type of the extension."""
MOST = 140_000
"""Bytes of a first message that are held; OpenSSL takes 131,396."""


class GreetedObject(ssl.SSLObject):
    """A server's side of a connection, whose handshake begins once the first message is whole."""

    _incoming: ssl.MemoryBIO | None = None
    _held = b""

    def hold(self, incoming: ssl.MemoryBIO) -> None:
        """Take where the client's bytes come in."""
        self._incoming = incoming

    def do_handshake(self) -> None:
        """Go on with the handshake. Raises: ssl.SSLWantReadError; ssl.SSLError for such a name."""
        if self._incoming is not None:
            self._read_hello(self._incoming)
        super().do_handshake()

    def _read_hello(self, incoming: ssl.MemoryBIO) -> None:
        self._held += incoming.read()
        name = find_server_name(self._held)
        if name is None:
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "the first message is not whole")
        if not name.isascii():
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "the client asks for a name that is no ASCII")
        incoming.write(self._held)
        self._incoming = None


class GreetingContext(ssl.SSLContext):
    """A server's context whose connections are of that kind, in event loops."""

    sslobject_class = GreetedObject

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Return a connection over two buffers."""
        found = super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)
        if isinstance(found, GreetedObject):
            found.hold(incoming)
        return found


def find_server_name(data: bytes) -> bytes | None:
    """Return the name that a first message asks for; None: the message is not whole yet.

    Empty: it names none, or is no such message, which OpenSSL refuses by itself.
    """
    if len(data) > MOST:
        return b""
    hello = _join_records(data)
    if hello is None:
        return None
    for number, body in _split_extensions(hello):
        if number == SERVER_NAME:
            return body[5 : 5 + int.from_bytes(body[3:5])]
    return b""


def _join_records(data: bytes) -> bytes | None:
    """Return the message that the first records carry, without its head of four bytes."""
    message = b""
    while True:
        if data and data[0] != HANDSHAKE:
            return b""
        if len(data) < HEADER:
            return None
        end = HEADER + int.from_bytes(data[3:HEADER])
        message += data[HEADER:end]
        whole = 4 + int.from_bytes(message[1:4])
        # nobody waits for the rest of what OpenSSL refuses by its beginning
        if whole > MOST or (message and message[0] != CLIENT_HELLO):
            return b""
        if len(message) >= max(whole, 4):
            return message[4:whole]
        if end == HEADER:
            return b""  # an empty record
        if len(data) < end:
            return None
        data = data[end:]


def _split_extensions(hello: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and body of each extension (RFC 8446 §4.1.2); of a damaged message a few."""
    at = 34  # version and random
    for size in (1, 2, 1):  # session id, cipher suites, compression
        at += size + int.from_bytes(hello[at : at + size])
    at += 2
    while at + 4 <= len(hello):
        end = at + 4 + int.from_bytes(hello[at + 2 : at + 4])
        yield int.from_bytes(hello[at : at + 2]), hello[at + 4 : end]
        at = end

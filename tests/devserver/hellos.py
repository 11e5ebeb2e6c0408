"""First messages of TLS clients, as OpenSSL writes them, with any bytes for a name."""

from __future__ import annotations

import contextlib
import ssl


def make_hello(name: bytes) -> bytes:
    """Return the first message of a client that asks for a name."""
    place = b"x" * (len(name) - 1) + b"y"
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=place)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read().replace(place, name)

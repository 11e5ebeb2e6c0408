"""What an app sent before it cut a connection: a 413, say, while an upload is under way.

Event loops drop a connection as soon as a write to it fails, with what waits to be read. The
kernel still has those bytes: the connection is reset, its receive queue is not.
"""

from __future__ import annotations

import asyncio
import socket


def read_leftover(transport: asyncio.Transport) -> tuple[bytes, bool]:
    """Return the unread bytes of a lost connection, and whether the app had ended its side.

    To be called in `connection_lost`, where the socket is still open; of the plain transport alone.
    """
    carrier = transport.get_extra_info("socket")
    if carrier is None:
        return b"", False
    number = carrier.fileno()
    if number < 0:
        return b"", False
    own = socket.socket(fileno=number)  # it does not block, as the loop's own does not
    try:
        return _read_all(own)
    finally:
        own.detach()


def _read_all(own: socket.socket) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    try:
        while part := own.recv(65_536):
            parts.append(part)
    except OSError:  # nothing waits, or the reset itself
        return b"".join(parts), False
    return b"".join(parts), True

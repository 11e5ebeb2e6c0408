"""What an app speaks that closes new connections without a byte: HTTP/2, TLS, or nothing known.

Asked only after a request got no byte back from an app that has never answered: HTTP/2's preface is
made to be refused by servers of HTTP/1 without being taken for a request (RFC 9113 §3.4).
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    FRAME_HEAD,
    HTTP2_ONLY,
    SPEAKS_TLS,
    Trouble,
    is_http2,
)

PATIENCE = 2.0
"""Seconds for each question."""
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""The client's preface, with empty settings."""


async def find_what_it_speaks(route: Route) -> Trouble | None:
    """Return what the app speaks instead of what was asked for; None: nobody knows."""
    if await _speaks_http2(route):
        return HTTP2_ONLY
    if route.tls is None and await _speaks_tls(route):
        return SPEAKS_TLS
    return None


async def _speaks_http2(route: Route) -> bool:
    start = b""
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(route.host, route.port, ssl=route.tls)
            try:
                writer.write(PREFACE)
                start = await reader.readexactly(FRAME_HEAD)
            finally:
                writer.transport.abort()
    return is_http2(start)


async def _speaks_tls(route: Route) -> bool:
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(route.host, route.port, ssl=anyone)
            writer.transport.abort()
            return True
    return False

"""Asks whether something listens where an app should be: a TCP connection without a byte."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    Trouble,
    describe_connect_error,
)

CONNECT = 5.0
"""Seconds that a connection may take."""


async def touch(route: Route) -> Trouble | None:
    """Return why nothing takes connections there; None: something does."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT):
            made, _ = await loop.create_connection(asyncio.Protocol, route.host, route.port)
    except (OSError, TimeoutError, UnicodeError) as error:
        return describe_connect_error(error).with_fix_of(route)
    made.close()
    return None

"""Asks whether something listens where an app should be: the system, else a TCP connection.

The connection sends no byte; an app that the system lists as listening gets none.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream.listeners import FOLDER, is_listed
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    Trouble,
    describe_connect_error,
)

CONNECT = 5.0
"""Seconds that a connection may take."""


async def touch(route: Route, sockets: Path = FOLDER) -> Trouble | None:
    """Return why nothing takes connections there; None: something does.

    `sockets` is the folder in which the system lists what listens.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT):
            if await is_listed(route.host, route.port, sockets):
                return None
            made, _ = await loop.create_connection(asyncio.Protocol, route.host, route.port)
    except (OSError, TimeoutError, UnicodeError) as error:
        return describe_connect_error(error).with_fix_of(route)
    made.close()
    return None

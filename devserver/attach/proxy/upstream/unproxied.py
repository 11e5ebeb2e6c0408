"""The app of a page that a watched browser opens without a proxy: whether it is there."""

from __future__ import annotations

import asyncio
from functools import partial
from urllib.parse import urlsplit

from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.attach.proxy.route import STANDARD_PORTS, Route
from session_inspector.devserver.attach.proxy.upstream.touching import touch
from session_inspector.devserver.attach.proxy.upstream.watch import UpstreamWatch
from session_inspector.devserver.core.access import LOOPBACK_NAMES

NOT_YET = "{url} does not answer yet ({reason}): start it, and load the page in the browser again"


class UnproxiedApp:
    """One app of this machine; of another one the browser alone knows whether it is there.

    There may be a proxy on the way that only browsers use.
    """

    def __init__(self, url: str, audience: Audience) -> None:
        """Take the page's URL, and who hears of its app."""
        self._url = url
        self._route = _find_route(url)
        self._watch: UpstreamWatch | None = None
        if self._route is not None:
            look = partial(touch, self._route)
            self._watch = UpstreamWatch(audience, look, look)

    async def check(self) -> str:
        """Report that it is not there, and return a sentence; empty: it is, or nobody knows."""
        if self._route is None or self._watch is None:
            return ""
        trouble = await touch(self._route)
        if trouble is None:
            return ""
        self._watch.failed(trouble)
        return NOT_YET.format(url=self._url, reason=trouble.reason)

    async def follow(self) -> None:
        """Watch whether it is there, until cancelled."""
        if self._watch is None:
            await asyncio.Event().wait()
        else:
            await self._watch.follow()


def _find_route(url: str) -> Route | None:
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK_NAMES:
        return None
    port = parts.port or STANDARD_PORTS.get(parts.scheme, 80)
    return Route(url=url, host=parts.hostname, port=port)

"""Connections to the app: made, kept while they are fresh, one exchange at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from math import inf

from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream.connection import UpstreamConnection
from session_inspector.devserver.attach.proxy.upstream.encryption import TlsLayer
from session_inspector.devserver.attach.proxy.upstream.silence import find_what_it_speaks
from session_inspector.devserver.attach.proxy.upstream.touching import CONNECT, touch
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    Trouble,
    describe_close,
    describe_connect_error,
)
from session_inspector.devserver.attach.proxy.upstream.watch import (
    IDLE,
    IDLE_ELSEWHERE,
    UpstreamWatch,
)
from session_inspector.devserver.cookies.scope import is_loopback
from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.watching.load import REAL_TIME, Timing

FRESH = 1.0
"""Seconds a connection is kept unused: servers close theirs after 2 s (gunicorn) to 5 s (Node)."""
KEPT = 256


class Unreachable(Exception):
    """The app took no connection, or none that can be used."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


class Pool:
    """All connections to one app."""

    def __init__(self, route: Route, audience: Audience, timing: Timing = REAL_TIME) -> None:
        """Take where to, who hears of it, and how its watch waits."""
        self._route = route
        self._watch = UpstreamWatch(
            audience, self.look, self.touch, idle=_choose_idle(route), timing=timing
        )
        self._idle: deque[UpstreamConnection] = deque()
        self._all: set[UpstreamConnection] = set()

    def lead_to(self, route: Route) -> None:
        """Connect elsewhere from now on; connections that wait unused are dropped."""
        self._route = route
        while self._idle:
            self._idle.pop().close()

    def take(self) -> UpstreamConnection | None:
        """Return a kept connection, the freshest; None: connect."""
        while self._idle:
            found = self._idle.pop()
            if stopwatch() - found.kept_since <= FRESH:
                return found
            found.close()
        return None

    async def connect(self) -> UpstreamConnection:
        """Return a new connection; report whether there was one. Raises: Unreachable."""
        try:
            made = await self._connect()
        except Unreachable as error:
            self._watch.failed(error.trouble)
            raise
        self._watch.connected()
        return made

    async def _connect(self) -> UpstreamConnection:
        made = UpstreamConnection(self)
        try:
            async with asyncio.timeout(CONNECT):
                await self._open(made)
        except (OSError, TimeoutError, UnicodeError) as error:
            trouble = describe_connect_error(error).with_fix_of(self._route)
            raise Unreachable(trouble) from error
        self._all.add(made)
        return made

    async def follow(self) -> None:
        """Watch whether the app is there, until cancelled; it gets no request for that."""
        await self._watch.follow()

    async def touch(self) -> Trouble | None:
        """Return why nothing listens; None: something does."""
        return await touch(self._route)

    async def _open(self, made: UpstreamConnection) -> None:
        route = self._route
        loop = asyncio.get_running_loop()
        if route.tls is None:
            await loop.create_connection(lambda: made, route.host, route.port)
            return
        layer = TlsLayer(route.tls, route.host, made)
        await loop.create_connection(lambda: layer, route.host, route.port)
        try:
            await layer.ready
        except BaseException:
            layer.abort()
            raise

    async def look(self) -> Trouble | None:
        """Connect, send nothing, and return what is wrong; None: nothing."""
        try:
            found = await self._connect()
        except Unreachable as error:
            return error.trouble
        found.close()
        return None

    async def check(self) -> Trouble | None:
        """Return why the app cannot be reached now, and report it; None: it can be."""
        trouble = await self.look()
        if trouble is not None:
            self._watch.failed(trouble)
        return trouble

    def answered(self) -> None:
        """Note that the app answered in HTTP/1.1. Called for each response."""
        self._watch.answered()

    def failed(self, trouble: Trouble) -> None:
        """Note what an answer showed."""
        self._watch.failed(trouble)

    async def explain_close(self, error: Exception | None) -> Trouble:
        """Return why a connection was closed before an answer; look whether the app is there.

        An app that has never answered may speak something else: it is asked.
        """
        found = None
        if not self._watch.has_answered:
            found = await find_what_it_speaks(self._route)
        trouble = (found or describe_close(error)).with_fix_of(self._route)
        self._watch.failed(trouble)
        self._watch.doubt()
        return trouble

    def give(self, upstream: UpstreamConnection) -> None:
        """Take a connection back."""
        upstream.kept_since = stopwatch()
        self._idle.append(upstream)
        if len(self._idle) > KEPT:
            self._idle.popleft().close()

    def forget(self, upstream: UpstreamConnection) -> None:
        """Drop a connection that is closed."""
        self._all.discard(upstream)
        if upstream in self._idle:
            self._idle.remove(upstream)

    def close(self) -> None:
        """Drop all."""
        for upstream in tuple(self._all):
            upstream.abort()


def _choose_idle(route: Route) -> Seconds:
    """Return after how many seconds an app that nobody uses is looked at."""
    if route.is_started_here:
        return inf  # its process is watched
    if is_loopback(route.host):
        return IDLE
    return IDLE_ELSEWHERE

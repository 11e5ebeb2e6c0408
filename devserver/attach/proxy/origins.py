"""Further origins beside the app, an API or a BFF: a proxy for each, and one journal."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from session_inspector.devserver.attach.proxy.exchange import Audience, Exchange
from session_inspector.devserver.attach.proxy.listener import Proxy
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import UpstreamStateChanged
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.listening import bind

Keep: TypeAlias = Callable[[str, Callable[[], Awaitable[None]]], None]
"""Takes a task's name and its work, which goes on until the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherOrigin:
    """One of them."""

    name: str
    route: Route
    """Where it is."""
    port: int
    """Of the proxy before it."""

    @property
    def url(self) -> str:
        """Where people open it, so that it is seen."""
        return f"{self.route.scheme}://localhost:{self.port}"

    def describe(self) -> str:
        """Return name, proxy and origin: `api http://localhost:4101 → http://localhost:4000`."""
        return f"{self.name} {self.url} → {self.route.url}"


class OriginAudience:
    """Reports an origin's exchanges with the app's, and by itself whether it is up."""

    def __init__(self, origin: OtherOrigin, audience: Audience, clock: Clock, publish: Publish):
        self._origin = origin
        self._audience = audience
        self._clock = clock
        self._publish = publish
        self._is_up: bool | None = None

    def started(self, exchange: Exchange) -> None:
        """Take note."""
        self._audience.started(exchange)

    def responded(self, exchange: Exchange) -> None:
        """Take note."""
        self._audience.responded(exchange)

    def ended(self, exchange: Exchange) -> None:
        """Take note."""
        self._audience.ended(exchange)

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        """Report that it goes away, or comes back: the app itself is another one."""
        if is_up == self._is_up:
            return
        self._is_up = is_up
        self._publish(
            UpstreamStateChanged(
                at=self._clock.now(),
                upstream=self._origin.route.url,
                is_up=is_up,
                reason=reason,
                is_unusable=is_unusable,
                beside=self._origin.name,
            )
        )


class OriginProxies:
    """The proxies before all of them."""

    def __init__(self, origins: Sequence[OtherOrigin], clock: Clock, publish: Publish) -> None:
        self._origins = origins
        self._clock = clock
        self._publish = publish
        self._proxies: list[Proxy] = []

    async def open(
        self,
        sockets: Sequence[socket.socket],
        audience: Audience,
        numbers: count[int],
        keep: Keep,
    ) -> None:
        """Begin to relay, each from its own socket; `keep` watches whether each is there."""
        for origin, listener in zip(self._origins, sockets, strict=True):
            own = OriginAudience(origin, audience, self._clock, self._publish)
            proxy = Proxy(origin.route, own, self._clock, numbers=numbers)
            await proxy.open([listener])
            self._proxies.append(proxy)
            keep(f"the origin {origin.name}", proxy.follow_app)

    async def close(self) -> None:
        """Stop relaying."""
        for proxy in self._proxies:
            await proxy.close()


def bind_origins(origins: Sequence[OtherOrigin]) -> list[socket.socket]:
    """Return a listening socket for each. Raises: InputError when a port is taken."""
    sockets: list[socket.socket] = []
    try:
        for origin in origins:
            sockets.append(bind(origin.port))
    except InputError:
        for listener in sockets:
            listener.close()
        raise
    return sockets

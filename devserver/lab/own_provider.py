"""The local provider beside an attached app, in the same journal: logins are seen on both sides."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import ProviderCommand
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.local_provider import (
    Addresses,
    make_provider,
    send_logout_token,
)
from session_inspector.devserver.lab.provider_control import ProviderControl
from session_inspector.devserver.provider.end_session import Delivery
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.tls import TlsFiles
from session_inspector.devserver.web.tap import Tap, TapContext


class OwnProvider:
    """A provider whose exchanges are numbered with those of the proxy."""

    def __init__(
        self,
        settings: Settings,
        addresses: Addresses,
        clock: TravelClock,
        publish: Publish,
        numbers: Iterable[int],
    ) -> None:
        trust: ssl.SSLContext | bool = True
        if settings.tls is not None:
            trust = settings.tls.client_context()
        self.issuer = addresses.issuer
        self.users = tuple(user.sub for user in settings.users)
        self._http = httpx.AsyncClient(timeout=10.0, trust_env=False, verify=trust)
        own_clock = TravelClock(clock)
        provider = make_provider(settings, addresses, own_clock, publish, self._send_logout_token)
        self._control = ProviderControl(provider, own_clock)
        taps = TapContext(
            clock=clock,
            publish=publish,
            session_of=lambda exchange: "",
            is_session_cookie=lambda name: False,
            numbers=numbers,
        )
        self._tap = Tap(provider.app, taps, "provider")
        self.settle: Callable[[], Awaitable[None]] = _settle_nothing
        """Publishes what is known of the app before a request: the redirect that led here."""

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the provider (an ASGI app), behind what led to the request."""
        await self.settle()
        await self._tap(scope, receive, send)

    @staticmethod
    def make(
        settings: Settings | None,
        issuer: str,
        clock: TravelClock,
        publish: Publish,
        numbers: Iterable[int],
    ) -> OwnProvider | None:
        """Return the provider of some settings; None without any."""
        if settings is None:
            return None
        # the app is its one client: no demo app has an address
        addresses = Addresses(base_url="http://127.0.0.1:0", issuer=issuer)
        return OwnProvider(settings, addresses, clock, publish, numbers)

    async def run(self, command: ProviderCommand, cause: str) -> str:
        """Carry out a command; returns a sentence. Raises: InspectorError when it refuses."""
        return await self._control.run(command, cause)

    def state(self) -> JsonObject:
        """Return the knobs and who is signed in."""
        return self._control.state()

    async def close(self) -> None:
        """Drop its connections."""
        await self._http.aclose()

    async def _send_logout_token(self, uri: str, token: str) -> Delivery | None:
        return await send_logout_token(self._http, uri, token)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSocket:
    """Where the provider beside an attachment listens; empty without one."""

    sockets: list[socket.socket]
    issuer: str = ""
    tls: Mapping[int, TlsFiles] = field(default_factory=dict)

    @staticmethod
    def bind(settings: Settings | None) -> ProviderSocket:
        """Listen where the settings say. Raises: InputError."""
        if settings is None:
            return ProviderSocket(sockets=[])
        listener = bind(settings.provider_port, "--provider-port")
        port = port_of(listener)
        if settings.tls is None:
            return ProviderSocket(sockets=[listener], issuer=f"http://localhost:{port}/")
        issuer = f"https://localhost:{port}/"
        return ProviderSocket(sockets=[listener], issuer=issuer, tls={port: settings.tls})

    def apps(self, provider: OwnProvider | None) -> dict[int, ASGIApp]:
        """Return the provider's app by its port."""
        if provider is None:
            return {}
        return {port_of(self.sockets[0]): provider.app}


async def _settle_nothing() -> None:
    """There is no proxy whose notes could wait."""

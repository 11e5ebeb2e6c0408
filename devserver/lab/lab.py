"""The composition root: Settings in, a Lab out. The only file that names every part."""

from __future__ import annotations

import ssl

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.client.urls.reach import load_trust
from session_inspector.devserver.core.clock import SystemClock, TravelClock
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.control import Control, Parts
from session_inspector.devserver.lab.demo import Wait
from session_inspector.devserver.lab.local_provider import (
    Addresses,
    make_provider,
    send_logout_token,
)
from session_inspector.devserver.lab.provider_control import ProviderControl
from session_inspector.devserver.lab.scenario_context import ScenarioParts
from session_inspector.devserver.lab.scenario_player import ScenarioPlayer
from session_inspector.devserver.lab.stack import Site, Stack
from session_inspector.devserver.lab.stacks import Stacks
from session_inspector.devserver.provider.end_session import Delivery
from session_inspector.devserver.provider.provider import Provider
from session_inspector.devserver.session.connection_cookies import PREFIX as CONNECTION_PREFIX
from session_inspector.devserver.session.legacy import LEGACY_COOKIE
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.web.api import Api
from session_inspector.devserver.web.causality import Causality
from session_inspector.devserver.web.correlation import make_correlation_hook
from session_inspector.devserver.web.kept_requests import KeptRequests
from session_inspector.devserver.web.resending import Resender
from session_inspector.devserver.web.reveal_cache import RevealCache
from session_inspector.devserver.web.tap import Tap, TapContext, exchange_numbers

SESSION_COOKIE = "__session"


def _find_trust(settings: Settings) -> ssl.SSLContext | bool:
    """Return whom the lab trusts: its own authority, for an outside provider the environment's.

    Raises: InputError when the environment names no certificates.
    """
    if settings.tls:
        return settings.tls.client_context()
    return not settings.issuer or load_trust()


class Lab:
    """Everything behind the screen; lives in the server's thread and loop."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        self.settings = settings
        self.addresses = addresses
        self.journal = Journal(settings.journal)
        self.clock = TravelClock(SystemClock())
        self._secrets = RevealCache(self.journal.publish)
        self.kept = KeptRequests()
        self._causality = Causality(self._secrets.publish)
        self.publish = self._causality.publish
        self._trust = _find_trust(settings)
        self._http = self._make_http(self._trust)
        self._waits: dict[str, Wait] = {}
        self._undos = Undos()
        self.stacks = Stacks(self._make_site())
        provider_clock = TravelClock(self.clock)
        self._provider = None if settings.issuer else self._make_provider(provider_clock)
        self._provider_control = ProviderControl(self._provider, provider_clock)
        self._browsers = Browsers(
            addresses.base_url, self._causality.holder_of, self.clock, verify=self._trust
        )
        self.scenarios = self._make_scenarios()
        self.control = self._make_control()
        self._is_open = True
        self._api = self._make_api()
        self._routes = Starlette(routes=self._api.routes)
        self._taps = self._make_tap_context()

    async def open(self) -> None:
        """Open the store and report that the lab is there. Raises: InputError."""
        stack = await self.stacks.open()
        self.publish(self._describe_start(stack))
        self.stacks.follow()

    def end_streams(self) -> None:
        """Let whoever reads the events see their end."""
        self._is_open = False
        self._api.end_streams()

    async def close(self) -> None:
        """Stop watching, and let go of browsers, stores and connections."""
        self._is_open = False
        await self._browsers.close()
        await self.stacks.close()
        await self._http.aclose()

    def apps(self) -> tuple[ASGIApp, ASGIApp | None]:
        """Return the demo app and the provider, each behind a tap."""
        app = Tap(self._run_app, self._taps, "app")
        if self._provider is None:
            return app, None
        return app, Tap(self._provider.app, self._taps, "provider")

    # -- parts -----------------------------------------------------------------------------

    def _make_http(self, trust: ssl.SSLContext | bool) -> httpx.AsyncClient:
        hooks = []
        if not self.settings.issuer:
            hooks.append(make_correlation_hook(self.addresses.issuer))
        return httpx.AsyncClient(
            timeout=10.0, trust_env=False, verify=trust, event_hooks={"request": hooks}
        )

    def _make_site(self) -> Site:
        return Site(
            settings=self.settings,
            base_url=self.addresses.base_url,
            issuer=self.addresses.issuer,
            clock=self.clock,
            publish=self.publish,
            http=self._http,
            undos=self._undos,
            waits=self._waits,
        )

    def _make_provider(self, clock: TravelClock) -> Provider:
        return make_provider(
            self.settings, self.addresses, clock, self.publish, self._send_logout_token
        )

    def _make_scenarios(self) -> ScenarioPlayer:
        return ScenarioPlayer(
            ScenarioParts(
                browsers=self._browsers,
                stacks=self.stacks,
                provider=self._provider_control,
                secret=self.settings.secret,
                waits=self._waits,
                clock=self.clock,
                publish=self.publish,
                journal=self.journal,
            )
        )

    def _make_control(self) -> Control:
        parts = Parts(
            browsers=self._browsers,
            administration=self.stacks.administration,
            provider=self._provider_control,
            switch=self.stacks.switch,
            secrets=self._secrets,
            requests=Resender(self.kept, self.addresses.base_url, verify=self._trust),
            play=self.scenarios.play,
            undos=self._undos,
        )
        return Control(parts, self.clock, self.publish)

    def _make_api(self) -> Api:
        return Api(
            self.journal,
            self.control,
            lambda: self._is_open,
            token=self.settings.token,
            hosts=self.addresses.hosts,
        )

    def _make_tap_context(self) -> TapContext:
        return TapContext(
            clock=self.clock,
            publish=self.publish,
            session_of=self._causality.session_of,
            is_session_cookie=self._is_session_cookie,
            numbers=exchange_numbers(),
            kept=self.kept,
        )

    # -- what they ask ---------------------------------------------------------------------

    def _describe_start(self, stack: Stack) -> ServerStarted:
        settings = self.settings
        users = [user.sub for user in settings.users] if self._provider else []
        tenant = ""
        tenant_env = ""
        if settings.tenant:
            tenant = settings.tenant.app_url
            tenant_env = str(settings.state_dir / settings.tenant.env_file)
        return ServerStarted(
            at=self.clock.now(),
            base_url=self.addresses.base_url,
            issuer=self.addresses.issuer,
            kind=stack.kind,
            store=stack.label,
            rolling=settings.rolling,
            inactivity=settings.inactivity,
            absolute=settings.absolute,
            cookie_name=settings.cookie.name or SESSION_COOKIE,
            users=tuple(users),
            wall=self.clock.base.now(),
            tenant=tenant,
            tenant_env=tenant_env,
        )

    async def _run_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/_inspect/"):
            await self._routes(scope, receive, send)
        else:
            await self.stacks.run_app(scope, receive, send)

    def _is_session_cookie(self, name: str) -> bool:
        own = self.settings.cookie.name or SESSION_COOKIE
        return name.startswith((own, f"{CONNECTION_PREFIX}_", LEGACY_COOKIE))

    async def _send_logout_token(self, uri: str, token: str) -> Delivery | None:
        """Post a logout token; the lab's own stateless sessions have nothing it could delete."""
        is_own = uri.startswith(f"{self.addresses.base_url}/")
        if is_own and self.stacks.current.kind == "stateless":
            return None
        return await send_logout_token(self._http, uri, token)

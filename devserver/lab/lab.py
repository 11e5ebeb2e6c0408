"""The composition root: Settings in, a Devserver out. The only file that names every part."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.core.clock import SystemClock, TravelClock
from session_inspector.devserver.core.commands import Reply, RevokeAtProvider
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import Kind, TimerName
from session_inspector.devserver.core.events.server import CarrierSwitched, ServerStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.control import Control
from session_inspector.devserver.lab.demo import Wait
from session_inspector.devserver.lab.local_provider import (
    Addresses,
    deliver,
    make_provider,
    revoke_at,
    signed_in,
)
from session_inspector.devserver.lab.stack import Site, Stack, open_stack
from session_inspector.devserver.provider.end_session import Delivery
from session_inspector.devserver.provider.provider import Provider
from session_inspector.devserver.provider.tenant import ENV_FILE
from session_inspector.devserver.session.administration import pruned
from session_inspector.devserver.session.connection_cookies import PREFIX as CONNECTION_PREFIX
from session_inspector.devserver.session.legacy import LEGACY_COOKIE
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.web.api import Api
from session_inspector.devserver.web.causality import Causality
from session_inspector.devserver.web.correlation import Hook, telling
from session_inspector.devserver.web.reveal_cache import Vault
from session_inspector.devserver.web.tap import Tap, Watch, exchange_numbers


def _http(trust: ssl.SSLContext | bool, hooks: dict[str, list[Hook]]) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=10.0, trust_env=False, verify=trust, event_hooks=hooks)


class Devserver:
    """Everything behind the screen; lives in the server's thread and loop."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        self.settings = settings
        self.addresses = addresses
        self.journal = Journal(settings.journal)
        self.clock = TravelClock(SystemClock())
        self.vault = Vault(self.journal.publish)
        self._causality = Causality(self.vault.publish)
        self.publish: Callable[[Event], None] = self._causality.publish
        trust = settings.tls.client_context() if settings.tls else True
        told = [] if settings.issuer else [telling(addresses.issuer)]
        self._http = _http(trust, {"request": told})
        self.waits: dict[str, Wait] = {}
        self._site = Site(
            settings=settings,
            base_url=addresses.base_url,
            issuer=addresses.issuer,
            clock=self.clock,
            publish=self.publish,
            http=self._http,
            waits=self.waits,
        )
        self.provider_clock = TravelClock(self.clock)
        self.provider = None if settings.issuer else self._made_provider()
        browsers = Browsers(addresses.base_url, self._causality.holder_of, verify=trust)
        self._browsers = browsers
        self.control = Control(self, browsers, self.clock, self.publish, self.journal)
        self._is_open = True
        self._api = self._control_api()
        self._watch = Watch(
            clock=self.clock,
            publish=self.publish,
            session_of=self._causality.session_of,
            is_session_cookie=self._is_session_cookie,
            numbers=exchange_numbers(),
        )
        self.stack: Stack | None = None
        self._old: list[Stack] = []
        self._original: Stack | None = None
        self._looking: asyncio.Task[None] | None = None

    def _control_api(self) -> Starlette:
        api = Api(
            self.journal,
            self.control,
            lambda: self._is_open,
            token=self.settings.token,
            hosts=self.addresses.hosts,
        )
        return Starlette(routes=api.routes)

    async def open(self) -> None:
        """Open the store and say that the lab is there. Raises: InputError."""
        settings = self.settings
        self.stack = await open_stack(self._site, settings.kind, settings.store)
        self.publish(
            ServerStarted(
                at=self.clock.now(),
                base_url=self.addresses.base_url,
                issuer=self.addresses.issuer,
                kind=self.stack.kind,
                store=self.stack.label,
                rolling=settings.rolling,
                inactivity=settings.inactivity,
                absolute=settings.absolute,
                cookie_name=settings.cookie.name or "__session",
                users=tuple(user.sub for user in settings.users) if self.provider else (),
                wall=self.clock.base.now(),
                tenant=settings.tenant.app_url if settings.tenant else "",
                tenant_env=str(settings.state_dir / ENV_FILE) if settings.tenant else "",
            )
        )
        self._follow(self.stack)

    async def close(self) -> None:
        """Stop looking, and let go of browsers, stores and connections."""
        self._is_open = False
        if self._looking is not None:
            self._looking.cancel()
        await self._browsers.close()
        for stack in (self.stack, *self._old):
            if stack is not None:
                await stack.close()
        await self._http.aclose()

    def apps(self) -> tuple[ASGIApp, ASGIApp | None]:
        """Return the demo app and the provider, each behind a tap."""
        provider = Tap(self.provider.app, self._watch, "provider") if self.provider else None
        return Tap(self._app, self._watch, "app"), provider

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete a session in its store. Raises: InspectorError."""
        return await self._current().admin.revoke(session, cause=cause)

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back what was revoked last. Raises: InspectorError."""
        return await self._current().admin.undo_revoke(cause=cause)

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put one clock of a session into the past. Raises: InspectorError."""
        return await self._current().admin.expire(session, clock, cause=cause)

    async def prune(self, *, is_dry: bool) -> Reply:
        """Delete rows that have expired, or count them. Raises: InspectorError without a store."""
        store = self._current().store
        if store is None:
            raise InspectorError("stateless sessions have no rows; switch to stateful first (s)")
        return pruned((await store.prune(dry_run=is_dry)).expired, is_dry=is_dry)

    async def switch(self, kind: Kind, store: str, *, cause: str) -> str:
        """Let new sessions travel another way; the old store stays open. Raises: InspectorError."""
        new = await open_stack(self._site, kind, store or self.settings.store)
        self._old.append(self._current())
        self.stack = new
        self._follow(new)
        self.publish(CarrierSwitched(at=self.clock.now(), cause=cause, kind=kind, store=new.label))
        return f"new sessions are {kind}, in {new.label}"

    def rotate_keys(self, *, cause: str) -> str:
        """Sign with a new key. Raises: InspectorError without a local provider."""
        if self.provider is None:
            raise InspectorError("the provider is not ours; rotate its keys there")
        return f"the provider signs with key {self.provider.rotate_keys(cause=cause)[:8]} now"

    async def count_rows(self) -> int:
        """Return how many rows the store has; 0 without one. Raises: StoreUnavailable."""
        store = self._current().store
        return 0 if store is None else await store.count()

    def skew(self, seconds: float) -> None:
        """Let the provider's clock differ from the app's. Raises: InspectorError without one."""
        if self.provider is None:
            raise InspectorError("the provider is not ours; its clock cannot be moved")
        self.provider_clock.offset = self.provider.faults.knobs.skew + seconds

    @property
    def knobs(self) -> Knobs:
        """How the provider misbehaves. Raises: InspectorError without a local one."""
        return self._own_provider().faults.knobs

    def turn(self, knobs: Knobs, *, cause: str) -> str:
        """Let the provider misbehave like that. Raises: InspectorError without a local one."""
        provider = self._own_provider()
        self.provider_clock.offset += knobs.skew - provider.faults.knobs.skew
        provider.turn_knobs(knobs, cause=cause)
        return "; ".join(knobs.told()) or "the provider is in good order"

    async def revoke_at_provider(self, asked: RevokeAtProvider, *, cause: str) -> str:
        """End sessions or revoke tokens there. Raises: InspectorError."""
        return await revoke_at(self._own_provider(), asked, cause=cause)

    def provider_sessions(self) -> list[JsonObject]:
        """Return who is signed in at the provider. Raises: InspectorError without a local one."""
        return signed_in(self._own_provider())

    def shut(self, is_shut: bool) -> None:
        """Take the store away, or give it back. Raises: InspectorError without a store."""
        store = self._current().store
        if store is None:
            raise InspectorError("stateless sessions need no store; switch to stateful first (s)")
        store.is_open = not is_shut

    async def use_secrets(self, secrets: Sequence[str]) -> None:
        """Seal and open with these secrets from now on; none: with the settings' own again."""
        old = self._current()
        if self._original is None:
            self._original = old
        if not secrets:
            self.stack, self._original = self._original, None
            return
        site = replace(self._site, secrets=tuple(secrets))
        self.stack = await open_stack(site, old.kind, "", store=old.store)

    def secret(self) -> str:
        """Return the secret that seals."""
        return self.settings.secret

    def reveal(self, digest: str) -> str | None:
        """Return the text of a secret that passed."""
        return self.vault.reveal(digest)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith("/_inspect/")
        await (self._api if is_api else self._current().app)(scope, receive, send)

    def _own_provider(self) -> Provider:
        if self.provider is None:
            raise InspectorError("the provider is not ours; what it does cannot be changed here")
        return self.provider

    def _current(self) -> Stack:
        if self.stack is None:
            raise InspectorError("the lab has not been opened")
        return self.stack

    def _is_session_cookie(self, name: str) -> bool:
        own = self.settings.cookie.name or "__session"
        return name.startswith((own, f"{CONNECTION_PREFIX}_", LEGACY_COOKIE))

    def _follow(self, stack: Stack) -> None:
        """Watch the store in use, and no other."""
        if self._looking is not None:
            self._looking.cancel()
        watcher = stack.watcher
        self._looking = asyncio.ensure_future(watcher.follow()) if watcher else None

    def _made_provider(self) -> Provider:
        clock, send = self.provider_clock, self._send_logout_token
        return make_provider(self.settings, self.addresses, clock, self.publish, send)

    async def _send_logout_token(self, uri: str, token: str) -> Delivery | None:
        """Post a logout token; the lab's own stateless sessions have nothing it could delete."""
        is_own = uri.startswith(f"{self.addresses.base_url}/")
        if is_own and self._current().kind == "stateless":
            return None
        return await deliver(self._http, uri, token)

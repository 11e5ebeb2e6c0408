"""One way for sessions to travel: a store (or none), the client over it, the demo app behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import ClientOptions, SessionConfiguration, Wiring
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.configuration.table import CookieSettings
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.server import NO_STORE
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.lab.demo import Demo, Wait
from session_inspector.devserver.session.administration import Administration
from session_inspector.devserver.session.data_store import (
    StoreSessions,
    make_lifetime,
    make_session_data_store,
)
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.store_answers import StoreAnswers
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.stores.files import is_new_file
from session_inspector.devserver.stores.outage import OutageStore, allow_outages
from session_inspector.devserver.stores.querying.sampling import refuse_other_data
from session_inspector.devserver.stores.sealed import seal_store
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.stores.urls import (
    mask_store_url,
    open_own_store,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The parts that a switch of carrier or store replaces."""

    kind: Kind
    label: str
    """The store's URL with its password masked."""
    store: OutageStore | None
    admin: Administration
    watcher: StoreWatcher | None
    app: ASGIApp

    async def close(self) -> None:
        """Let go of the store."""
        if self.store is not None:
            await self.store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every stack of one lab shares."""

    settings: Settings
    base_url: str
    issuer: str
    clock: Clock
    publish: Publish
    http: httpx.AsyncClient
    undos: Undos = field(default_factory=Undos)
    """What a person has changed and may undo."""
    secrets: Sequence[str] = ()
    """Session secrets, the first seals; none: the settings' own."""
    waits: Mapping[str, Wait] = field(default_factory=dict)
    """Where a scenario lets requests wait, by name."""


async def open_stack(
    site: Site, kind: Kind, url: str, *, store: OutageStore | None = None
) -> Stack:
    """Open the store, unless it is given, and put the client and the demo app over it.

    Raises: InputError when the store cannot be had.
    """
    is_listed = kind == "stateless" and site.settings.revocation == "store"
    if store is None and (kind == "stateful" or is_listed):
        store = await _open_store_with_outages(site, url)
    client = Auth0Client(**_client_options(site, store, is_listed=is_listed))
    demo = Demo(client.get_session, client.get_access_token, site.clock, kind, site.waits)
    app = client.middleware(demo.app)
    if is_listed:
        label = f"{NO_STORE}, revocation list in {mask_store_url(url)}"
        if store is not None:
            store.report_to(StoreAnswers(label, site.clock, site.publish).report)
        admin = Administration(
            client.engine, None, site.clock, site.publish, revocations=store, undos=site.undos
        )
        return Stack(kind=kind, label=label, store=store, admin=admin, watcher=None, app=app)
    label = mask_store_url(url) if store else NO_STORE
    return Stack(
        kind=kind,
        label=label,
        store=store,
        admin=Administration(client.engine, store, site.clock, site.publish, undos=site.undos),
        watcher=_make_watcher(site, client, store, label),
        app=app,
    )


def _make_watcher(
    site: Site, client: Auth0Client, store: OutageStore | None, label: str
) -> StoreWatcher | None:
    if store is None:
        return None
    engine = client.engine
    watcher = StoreWatcher(store, label, engine.policy, engine.memory, site.clock, site.publish)
    store.report_to(watcher.note_state)
    return watcher


async def _open_store_with_outages(site: Site, url: str) -> OutageStore:
    settings = site.settings
    may_create = is_new_file(url) or (settings.create_store and url == settings.store)
    try:
        store = await open_own_store(url, site.clock, may_create=may_create)
        try:
            await refuse_other_data(store, mask_store_url(url))
        except (InputError, StoreUnavailable):
            await store.close()
            raise
        if settings.encrypt:
            store = seal_store(store, [settings.secret], site.clock)
        return allow_outages(store)
    except StoreUnavailable as error:
        raise InputError(
            f"store {mask_store_url(url)} does not answer: {error.message}."
            " Fix: start it, or use --store sqlite://:memory:"
        ) from error


def _client_options(site: Site, store: OutageStore | None, *, is_listed: bool) -> ClientOptions:
    settings = site.settings
    policy = Policy(
        rolling=settings.rolling, absolute=settings.absolute, inactivity=settings.inactivity
    )
    options: ClientOptions = {
        "secret": list(site.secrets) or settings.secret,
        "domain": site.issuer,
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
        "app_base_url": site.base_url,
        "session": SessionConfiguration(
            rolling=policy.rolling,
            absolute_duration=policy.absolute,
            inactivity_duration=policy.inactivity,
            cookie=_cookie_options(settings.cookie),
        ),
        "env": settings.environment,
        "wiring": Wiring(clock=site.clock, publish=site.publish, http=site.http),
    }
    if settings.scope:
        options["authorization_parameters"] = {"scope": settings.scope}
    if store is not None:
        options["session_store"] = _session_store(store, policy, site.clock)
    if is_listed:
        options["revocation"] = "store"
    return options


def _session_store(store: OutageStore, policy: Policy, clock: Clock) -> StoreSessions:
    expires = make_lifetime(policy, clock)
    if policy.rolling:
        return make_session_data_store(
            store, expires, inactivity=policy.inactivity, absolute=policy.absolute
        )
    return StoreSessions(store, expires)


def _cookie_options(cookie: CookieSettings) -> Mapping[str, str | bool]:
    found = {
        "name": cookie.name,
        "path": cookie.path,
        "domain": cookie.domain,
        "secure": cookie.secure,
        "same_site": cookie.same_site or None,
        "transient": cookie.transient,
    }
    return {name: value for name, value in found.items() if value is not None}

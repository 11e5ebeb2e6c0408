"""One way for sessions to travel: a store (or none), the client over it, the demo app behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import ClientOptions, SessionConfiguration, Wiring
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.lab.demo import Demo, Wait
from session_inspector.devserver.session.administration import Administration
from session_inspector.devserver.session.data_store import StoreSessions, make_session_data_store
from session_inspector.devserver.session.policy import Policy, part
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.settings import CookieSettings, Settings
from session_inspector.devserver.stores.outage import Gate, gated
from session_inspector.devserver.stores.sealed import sealed
from session_inspector.devserver.stores.urls import is_new_file, masked_url, open_store

NO_STORE = "the cookie itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The parts that a switch of carrier or store replaces."""

    kind: Kind
    label: str
    """The store's URL with its password masked."""
    store: Gate | None
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
    secrets: Sequence[str] = ()
    """Session secrets, the first seals; none: the settings' own."""
    waits: Mapping[str, Wait] = field(default_factory=dict)
    """Where a scenario lets requests wait, by name."""


async def open_stack(site: Site, kind: Kind, url: str, *, store: Gate | None = None) -> Stack:
    """Open the store, unless it is given, and put the client and the demo app over it.

    Raises: InputError when the store cannot be had.
    """
    is_listed = kind == "stateless" and site.settings.revocation == "store"
    is_stored = kind == "stateful" or is_listed
    if store is None and is_stored:
        store = await _opened(site, url)
    client = Auth0Client(**_options(site, store, is_listed))
    engine, clock = client.engine, site.clock
    label = masked_url(url) if store else NO_STORE
    if is_listed:
        label = f"{NO_STORE}, revocation list in {label}"
    demo = Demo(client.get_session, client.get_access_token, clock, kind, site.waits)
    return Stack(
        kind=kind,
        label=label,
        store=store,
        admin=Administration(engine, None if is_listed else store, clock, site.publish),
        watcher=None
        if store is None or is_listed
        else StoreWatcher(store, label, engine.policy, engine.memory, clock, site.publish),
        app=client.middleware(demo.app),
    )


async def _opened(site: Site, url: str) -> Gate:
    settings = site.settings
    may_create = is_new_file(url) or (settings.create_store and url == settings.store)
    try:
        store = await open_store(url, site.clock, may_create=may_create)
        return gated(sealed(store, [settings.secret], site.clock) if settings.encrypt else store)
    except StoreUnavailable as error:
        raise InputError(
            f"store {masked_url(url)} does not answer: {error.message}."
            " Fix: start it, or use --store sqlite://:memory:"
        ) from error


def _options(site: Site, store: Gate | None, is_listed: bool) -> ClientOptions:
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
            cookie=_cookie(settings.cookie),
        ),
        "env": settings.environment,
        "wiring": Wiring(clock=site.clock, publish=site.publish, http=site.http),
    }
    if store is not None:
        clock = site.clock

        def expires(session: JsonObject) -> Seconds:
            now = clock.now()
            return now + policy.max_age(part(session, "internal").get("createdAt"), now)

        span = policy.inactivity, policy.absolute
        plain = StoreSessions(store, expires)
        options["session_store"] = (
            make_session_data_store(store, expires, inactivity=span[0], absolute=span[1])
            if policy.rolling
            else plain
        )
        if is_listed:
            options["revocation"] = "store"
    return options


def _cookie(cookie: CookieSettings) -> Mapping[str, str | bool]:
    found = {
        "name": cookie.name,
        "path": cookie.path,
        "domain": cookie.domain,
        "secure": cookie.secure,
        "same_site": cookie.same_site,
        "transient": cookie.transient,
    }
    return {name: value for name, value in found.items() if value is not None}

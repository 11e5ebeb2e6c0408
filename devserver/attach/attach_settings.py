"""What to attach to: the app's proxy, its store, and the provider beside it."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from session_inspector.devserver.attach.browser.wish import BrowserWish
from session_inspector.devserver.attach.proxy.address import ProxyAddress
from session_inspector.devserver.attach.proxy.origins import OtherOrigin, bind_origins
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.core.configuration.attach_table import AttachTable
from session_inspector.devserver.core.configuration.file import Flags
from session_inspector.devserver.core.configuration.reading import load_sources
from session_inspector.devserver.core.configuration.table import SessionSettings
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import IN_COOKIES, NO_PROXY, ServerStarted
from session_inspector.devserver.core.listening import LOOPBACK, bind, check_address, port_of
from session_inspector.devserver.lab.own_provider import ProviderSocket
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.stores.urls import mask_store_url
from session_inspector.devserver.stores.watching.pace import GENTLE, USUAL, LookPace


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedStore:
    """A store that the app's environment names."""

    name: str
    """The variable."""
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachSettings:
    """What to attach to."""

    route: Route | None
    """None: no proxy, the store alone."""
    port: int = 0
    listen: str = LOOPBACK
    app_urls: Sequence[str] = ()
    """Where the app is told to live: the proxy is opened under the host that they name."""
    control_port: int = 0
    secrets: Sequence[str] = field(default=(), repr=False)
    has_told_secret: bool = False
    """One of them was named as this app's; others were merely found, and prove nothing."""
    store: str = field(default="", repr=False)
    offered: Sequence[OfferedStore] = ()
    """Without `store`: the first of these with rows of a known layout is watched, once it has
    some; one that does not answer yet is no error."""
    layout: str = ""
    """Empty: recognise it."""
    may_write: bool = False
    token: str = field(default="", repr=False)
    """Opens the control API; empty: nothing does."""
    cookies: Sequence[str] = ()
    """Names of session cookies whose format is not known."""
    policy: Policy = field(default_factory=lambda: Policy())
    browser: BrowserWish | None = None
    """A real browser to watch; None: none."""
    is_read_only: bool = False
    """True: nothing is changed in a real browser either, whoever opens it."""
    is_started_later: bool = False
    """The app is not there yet: that it does not answer is no news."""
    issuer: str = ""
    """Of a tenant that runs elsewhere, and whose events are joined to these."""
    origins: Sequence[OtherOrigin] = ()
    """Others that belong to the app, each behind a proxy of its own."""
    pace: LookPace = USUAL
    """How often, and how much of, the store is looked at."""
    provider: Settings | None = None
    """Of a local provider in the same journal, whose tenant the app is; None: another process."""


def policy_of(flags: Flags, env: Mapping[str, str]) -> Policy:
    """Return the app's policy from the table [session]; the SDK's own by default.

    Raises: InputError.
    """
    found = load_sources(flags, env).read(SessionSettings)
    return Policy(rolling=found.rolling, absolute=found.absolute, inactivity=found.inactivity)


def read_pace(flags: Flags, env: Mapping[str, str]) -> LookPace:
    """Return how often, and how much of, the app's store is to be looked at. Raises: InputError."""
    if load_sources(flags, env).read(AttachTable).gentle:
        return GENTLE
    return USUAL


def tell_policy(started: ServerStarted, policy: Policy) -> ServerStarted:
    """Return the event with an app's policy: the default is the SDK's, and known of no app."""
    if policy == Policy():
        return started
    return replace(
        started,
        rolling=policy.rolling,
        inactivity=int(policy.inactivity),
        absolute=int(policy.absolute),
    )


def address_of(settings: AttachSettings, sockets: list[socket.socket]) -> ProxyAddress | None:
    """Return where people open the proxy; None: there is none."""
    if settings.route is None or not sockets:
        return None
    listen = check_address(settings.listen)
    return ProxyAddress(listen, port_of(sockets[0]), settings.route, settings.app_urls)


def bind_proxy(settings: AttachSettings) -> list[socket.socket]:
    """Return the proxy's sockets; none: the store alone. Raises: InputError."""
    if settings.route is None:
        return []
    address = check_address(settings.listen)
    return [bind(settings.port, address=address)]


@dataclass(frozen=True, slots=True)
class BoundSockets:
    """All that an attachment listens on."""

    control: socket.socket
    proxy: list[socket.socket]
    others: list[socket.socket]
    """Of the other origins."""
    provider: ProviderSocket


def bind_all(settings: AttachSettings) -> BoundSockets:
    """Return sockets for all ports, or none of them. Raises: InputError."""
    control = bind(settings.control_port, "--control-port")
    bound = [control]
    try:
        proxy = bind_proxy(settings)
        bound += proxy
        others = bind_origins(settings.origins)
        bound += others
        return BoundSockets(control, proxy, others, ProviderSocket.bind(settings.provider))
    except InputError:
        close_all(bound)
        raise


def close_all(sockets: Sequence[socket.socket]) -> None:
    """Close sockets that nobody serves."""
    for listener in sockets:
        listener.close()


def name_upstream(settings: AttachSettings) -> str:
    """Return what is watched: the app behind the proxy, the site in the browser, or no app."""
    if settings.route is not None:
        return settings.route.url
    if settings.browser is not None:
        return settings.browser.url
    return NO_PROXY


def name_stores(settings: AttachSettings) -> str:
    """Return the store that is watched, or those of which one will be."""
    if settings.store:
        return mask_store_url(settings.store)
    names = [f"{one.name} {mask_store_url(one.url)}" for one in settings.offered]
    return " or ".join(names) or IN_COOKIES


def choose_base_url(
    settings: AttachSettings, address: ProxyAddress | None, control_url: str
) -> str:
    """Return where people open what is watched: the proxy, the browser's page, or our own API."""
    if address is not None:
        return address.url
    if settings.browser is not None:
        return settings.browser.url
    return control_url

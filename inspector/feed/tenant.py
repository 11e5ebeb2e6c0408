"""A provider that runs elsewhere, joined to what is watched here: its events in this journal.

Its exchanges get names of their own (`t7`): here `x7` is another one. Only what happens at the
provider is taken; the demo app of its lab stays there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from session_inspector.devserver.core.commands import ProviderCommand
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    KnobApplied,
    KnobsTurned,
    LogoutTokenSent,
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.server import KeysRotated, ServerStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.inspector.feed.remote import RemoteFeed, remote_feed

VARIABLE = "SESSION_INSPECTOR_URL"
PATIENCE = 10.0
"""Seconds in which a tenant must have said what it is."""
OF_PROVIDER = (
    TokenMinted,
    TokenRefused,
    TokenRevoked,
    ProviderSessionStarted,
    ProviderSessionEnded,
    LogoutTokenSent,
    KnobsTurned,
    KnobApplied,
    KeysRotated,
)


class JoinedTenant:
    """Copies a remote provider's events into a journal, in a thread of its own."""

    def __init__(self, feed: RemoteFeed) -> None:
        self._feed = feed
        self._own: set[str] = set()
        """Its exchanges under way, as they are called here."""
        self._news = threading.Event()
        self._stopping = False
        self._seq = 0
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    def find_issuer(self, patience: Seconds = PATIENCE) -> str:
        """Return the provider's address. Raises: InputError when it has none."""
        self._unsubscribe = self._feed.on_change(self._news.set)
        while self._news.wait(patience):
            self._news.clear()
            for event in self._feed.since(0)[0]:
                if isinstance(event, ServerStarted):
                    return _check_issuer(event)
        raise InputError("the tenant has not said what it is. Fix: start it again")

    def start(self, publish: Publish) -> None:
        """Begin to copy: what has happened there so far, and what will."""
        self._news.set()
        self._thread = threading.Thread(
            target=self._copy_on, args=(publish,), name="tenant", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Copy no more."""
        self._stopping = True
        self._unsubscribe()
        self._news.set()
        self._feed.stop()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    async def run(self, command: ProviderCommand, cause: str) -> str:
        """Let it carry out a command. Raises: InspectorError when it refuses."""
        reply = await self._feed.send(command)
        if not reply.is_ok:
            raise InspectorError(reply.message)
        return reply.message

    def state(self) -> JsonObject:
        """Raise: its state is asked there. Raises: InspectorError."""
        raise InspectorError("the provider is another process: session-inspector provider URL")

    def _copy_on(self, publish: Publish) -> None:
        while not self._stopping:
            self._news.wait()
            self._news.clear()
            events, _ = self._feed.since(self._seq)
            for event in events:
                self._seq = event.seq
                found = self._take(event)
                if found is not None:
                    publish(found)

    def _take(self, event: Event) -> Event | None:
        """Return an event as it is here; None: it is no business of the provider's."""
        cause = f"t{event.cause.removeprefix('x')}"
        match event:
            case ExchangeStarted(party="provider"):
                self._own.add(cause)
                return replace(event, cause=cause, exchange=cause, within="")
            case CookieSet() if cause in self._own:
                return replace(event, cause=cause, exchange=cause)
            case ExchangeEnded() if cause in self._own:
                self._own.discard(cause)
                return replace(event, cause=cause, exchange=cause)
            case _ if isinstance(event, OF_PROVIDER):
                return replace(event, cause=cause)
            case _:
                return None


def _check_issuer(event: ServerStarted) -> str:
    if not event.issuer or event.upstream:
        raise InputError(
            f"{event.base_url} has no provider of its own; a tenant is what"
            " `serve --as-tenant` prints as SESSION_INSPECTOR_URL"
        )
    return event.issuer


def find_tenant(named: str, *places: Mapping[str, str]) -> str:
    """Return the URL of a tenant: the one that was named, else of the first place that has one."""
    if named:
        return named
    return next((place[VARIABLE] for place in places if place.get(VARIABLE)), "")


def join_tenant(url: str) -> JoinedTenant:
    """Return a tenant that answers. Raises: InputError."""
    feed = remote_feed(url)
    feed.start()
    return JoinedTenant(feed)

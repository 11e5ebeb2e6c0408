"""What a scenario may do: browsers, the lab behind them, and what the journal has told since."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import httpx

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import Reply, RevokeAtProvider
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import Kind, TimerName
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal, Publish
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browsers import LAB, Browsers
from session_inspector.devserver.lab.demo import Wait

T = TypeVar("T", bound=Event)
PATIENCE = 10.0
"""Seconds a step may take."""


class Backstage(Protocol):
    """What the lab lets a command do behind the browsers' back.

    Each returns the sentence for the status line. Raises: InspectorError when it cannot be done.
    """

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete a session in its store."""
        ...

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back what was revoked last."""
        ...

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put one clock of a session into the past."""
        ...

    async def prune(self, *, is_dry: bool) -> Reply:
        """Delete rows that have expired, or count them."""
        ...

    async def switch(self, kind: Kind, store: str, *, cause: str) -> str:
        """Let new sessions travel another way."""
        ...

    def rotate_keys(self, *, cause: str) -> str:
        """Sign with a new key from now on."""
        ...

    @property
    def knobs(self) -> Knobs:
        """How the local provider misbehaves on purpose."""
        ...

    def turn(self, knobs: Knobs, *, cause: str) -> str:
        """Let it misbehave like that."""
        ...

    async def revoke_at_provider(self, asked: RevokeAtProvider, *, cause: str) -> str:
        """End sessions there, or refresh tokens."""
        ...

    def provider_sessions(self) -> list[JsonObject]:
        """Return who is signed in there."""
        ...

    def reveal(self, digest: str) -> str | None:
        """Return the text of a secret, None when it is not known."""
        ...

    waits: dict[str, Wait]
    """Where requests to /api/slow wait, by name."""

    def skew(self, seconds: float) -> None:
        """Let the provider's clock differ from the app's."""
        ...

    def shut(self, is_shut: bool) -> None:
        """Take the store away, or give it back."""
        ...

    async def use_secrets(self, secrets: Sequence[str]) -> None:
        """Seal and open with these secrets; none: with the settings' own again."""
        ...

    def secret(self) -> str:
        """Return the settings' own session secret."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a scenario ended."""

    is_ok: bool
    text: str


class Stage:
    """Where one scenario is played."""

    def __init__(
        self,
        backstage: Backstage,
        browsers: Browsers,
        clock: TravelClock,
        publish: Publish,
        journal: Journal,
        *,
        scenario: str,
        cause: str,
    ) -> None:
        self.back = backstage
        self.browsers = browsers
        self.clock = clock
        self.cause = cause
        self._publish = publish
        self._journal = journal
        self._scenario = scenario
        self._began = journal.last

    def tell(self, text: str, *, is_ok: bool = True, is_verdict: bool = False) -> None:
        """Say what was done, or what came of it all."""
        self._publish(
            ScenarioTold(
                at=self.clock.now(),
                cause=self.cause,
                scenario=self._scenario,
                text=text,
                is_ok=is_ok,
                is_verdict=is_verdict,
            )
        )

    async def login(self, user: str = "local|alice") -> Browser:
        """Return a browser that is logged in. Raises: InspectorError."""
        browser = await self.browsers.fresh(user)
        self.tell(f"{browser.name} logged in")
        return browser

    def told(self, kind: type[T]) -> list[T]:
        """Return the events of a kind since the scenario began."""
        events, _ = self._journal.since(self._began)
        return [event for event in events if isinstance(event, kind)]

    def session_of(self, browser: Browser) -> str:
        """Return the session a browser was given last. Raises: InspectorError when none."""
        client = f"{LAB}{browser.name}"
        mine = {e.exchange for e in self.told(ExchangeStarted) if e.client == client}
        written = [event for event in self.told(SessionWritten) if event.cause in mine]
        if not written:
            raise InspectorError(f"{browser.name} was given no session")
        return written[-1].session

    @contextmanager
    def waiting(self, name: str) -> Iterator[Wait]:
        """Let requests to /api/slow?wait=NAME wait until told to go on."""
        wait = self.back.waits[name] = Wait()
        try:
            yield wait
        finally:
            wait.go_on.set()
            del self.back.waits[name]


async def at_once(*visits: asyncio.Future[httpx.Response]) -> list[httpx.Response]:
    """Return the responses of visits that run beside each other. Raises: InspectorError."""
    try:
        return list(await asyncio.wait_for(asyncio.gather(*visits), PATIENCE))
    except TimeoutError as error:
        raise InspectorError(f"the server did not answer in {PATIENCE:.0f} s") from error


async def arrived(wait: Wait) -> None:
    """Wait until a request has come to a waiting place. Raises: InspectorError."""
    try:
        await asyncio.wait_for(wait.arrived.wait(), PATIENCE)
    except TimeoutError as error:
        raise InspectorError("the slow request never arrived") from error

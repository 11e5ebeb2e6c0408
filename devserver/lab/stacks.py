"""The stack in use and those before it: switched, taken away, sealed with other secrets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from session_inspector.devserver.core.commands import Switch
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.server import CarrierSwitched
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.lab.stack import Site, Stack, open_stack
from session_inspector.devserver.session.administration import Administration

NO_STORE_NEEDED = "stateless sessions need no store; switch to stateful first"


class Stacks:
    """All stacks of one lab; the store of the one in use is watched, and no other."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._supervisor = Supervisor(site.clock, site.publish)
        self._stack: Stack | None = None
        self._old: list[Stack] = []
        self._original: Stack | None = None
        """The stack with the settings' own secrets, while others are in use."""
        self._watching: asyncio.Task[None] | None = None

    @property
    def current(self) -> Stack:
        """The stack in use. Raises: InspectorError before `open`."""
        if self._stack is None:
            raise InspectorError("the lab has not been opened")
        return self._stack

    def administration(self) -> Administration:
        """Return who changes the rows of the store in use. Raises: InspectorError."""
        return self.current.admin

    async def open(self) -> Stack:
        """Open the stack of the settings; `follow` watches it. Raises: InputError."""
        settings = self._site.settings
        self._stack = await open_stack(self._site, settings.kind, settings.store)
        return self._stack

    def follow(self) -> None:
        """Watch the store in use."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        watcher = self.current.watcher
        if watcher is not None:
            keeping = self._supervisor.keep("the store", watcher.follow)
            self._watching = asyncio.ensure_future(keeping)

    async def switch(self, command: Switch, cause: str) -> str:
        """Let new sessions travel another way; the old store stays open. Raises: InspectorError."""
        url = command.store or self._site.settings.store
        new = await open_stack(self._site, command.kind, url)
        self._old.append(self.current)
        self._use(new, cause)
        return f"new sessions are {new.kind}, in {new.label}"

    @asynccontextmanager
    async def lend(self, kind: Kind, cause: str) -> AsyncIterator[None]:
        """Let new sessions travel another way for a while, then as before. Raises: InputError."""
        before = self.current
        if before.kind == kind:
            yield
            return
        await self.switch(Switch(kind=kind), cause)
        try:
            yield
        finally:
            self._old.remove(before)
            self._old.append(self.current)
            self._use(before, cause)

    async def use_secrets(self, secrets: Sequence[str]) -> None:
        """Seal and open with these secrets from now on; none: with the settings' own again."""
        old = self.current
        if self._original is None:
            self._original = old
        if not secrets:
            self._stack = self._original
            self._original = None
            return
        site = replace(self._site, secrets=tuple(secrets))
        self._stack = await open_stack(site, old.kind, "", store=old.store)

    def take_store_away(self) -> None:
        """Let the store answer nobody. Raises: InspectorError without a store."""
        self._set_open(False)

    def give_store_back(self) -> None:
        """End what `take_store_away` began. Raises: InspectorError without a store."""
        self._set_open(True)

    async def count_rows(self) -> int:
        """Return how many rows the store has; 0 without one. Raises: StoreUnavailable."""
        store = self.current.store
        if store is None:
            return 0
        return await store.count()

    async def run_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the demo app of the stack in use (an ASGI app)."""
        await self.current.app(scope, receive, send)

    async def close(self) -> None:
        """Stop watching, and let go of all stores."""
        if self._watching is not None:
            self._watching.cancel()
        for stack in (self._stack, *self._old):
            if stack is not None:
                await stack.close()

    def _use(self, stack: Stack, cause: str) -> None:
        self._stack = stack
        self.follow()
        now = self._site.clock.now()
        self._site.publish(CarrierSwitched(at=now, cause=cause, kind=stack.kind, store=stack.label))

    def _set_open(self, is_open: bool) -> None:
        store = self.current.store
        if store is None:
            raise InspectorError(NO_STORE_NEEDED)
        store.is_away = not is_open

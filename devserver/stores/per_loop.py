"""What belongs to an event loop: opened on first use in each loop, closed before that loop ends.

Drivers and HTTP connections work only in the loop that made them. Starlette's TestClient runs a
loop for every request, pytest-asyncio one for every test: one connection for all of them fails
with "Event loop is closed".

`loop.shutdown_asyncgens()` closes it: `asyncio.run` and all that is made like it (anyio,
pytest-asyncio, asgiref, uvicorn) call that before they close a loop, and it ends each asynchronous
generator that was begun there. So the resource is held by one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from typing import Generic, TypeVar

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    TouchingStore,
)
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule, prune_portions
from session_inspector.devserver.stores.session_data import roll_end
from session_inspector.devserver.stores.undo.changing import change_row, take_row

T = TypeVar("T")


class _Held(Generic[T]):
    """The resource of one loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        open_one: Callable[[_Held[T]], Coroutine[object, object, T]],
    ) -> None:
        self.loop = loop
        self.closing: AsyncGenerator[None, None] | None = None
        """Closes the resource when it is closed itself; None while that opens."""
        self.opening = loop.create_task(open_one(self))
        self.opening.add_done_callback(_take_error)


class PerLoop(Generic[T]):
    """One resource for each event loop; any thread may ask."""

    def __init__(
        self, open_one: Callable[[], Awaitable[T]], close_one: Callable[[T], Awaitable[None]]
    ) -> None:
        self._open_one = open_one
        self._close_one = close_one
        self._held: dict[int, _Held[T]] = {}
        """By the id of a loop, which another loop may have later."""

    async def get(self) -> T:
        """Return the running loop's resource; those who ask while it opens wait for the same one.

        Raises: what opening raises; the next call tries again.
        """
        held = self._find() or self._begin()
        if not held.opening.done():
            # a caller that is cancelled does not end it for the others
            return await asyncio.shield(held.opening)
        return held.opening.result()

    async def aclose(self) -> None:
        """Close the running loop's resource; the next `get` opens a new one. Idempotent."""
        held = self._find()
        if held is None:
            return
        self._drop(held)
        if not held.opening.done():
            held.opening.cancel()
            await asyncio.wait([held.opening])
        if held.closing is not None:
            await held.closing.aclose()

    def _find(self) -> _Held[T] | None:
        loop = asyncio.get_running_loop()
        held = self._held.get(id(loop))
        if held is None or held.loop is not loop:
            return None
        return held

    def _begin(self) -> _Held[T]:
        self._forget_closed()
        loop = asyncio.get_running_loop()
        held = _Held(loop, self._open)
        self._held[id(loop)] = held
        return held

    async def _open(self, held: _Held[T]) -> T:
        try:
            resource = await self._open_one()
        except BaseException:
            self._drop(held)
            raise
        held.closing = self._hold(held, resource)
        await anext(held.closing)
        return resource

    async def _hold(self, held: _Held[T], resource: T) -> AsyncGenerator[None, None]:
        """Wait for the end, of the loop or by `aclose`; then close the resource."""
        try:
            yield
        finally:
            self._drop(held)
            await self._close_one(resource)

    def _drop(self, held: _Held[T]) -> None:
        if self._held.get(id(held.loop)) is held:
            del self._held[id(held.loop)]

    def _forget_closed(self) -> None:
        """Forget what loops left behind that were closed without a shutdown."""
        for held in list(self._held.values()):
            if held.loop.is_closed():
                self._drop(held)


def _take_error(opening: asyncio.Task[T]) -> None:
    """Look at the error: when all who waited were cancelled, nobody else does."""
    if not opening.cancelled():
        opening.exception()


class PerLoopStore:
    """A store, opened in each event loop anew; `touch` works with every store."""

    def __init__(self, open_one: Callable[[], Awaitable[Store]], clock: Clock) -> None:
        self._clock = clock
        self._stores: PerLoop[Store] = PerLoop(open_one, _close)

    async def connect(self) -> Store:
        """Return the store of the running loop. Raises: InputError, StoreUnavailable."""
        return await self._stores.get()

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        return await (await self.connect()).read(key)

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        await (await self.connect()).create(key, record)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record; False when it is gone."""
        return await (await self.connect()).update(key, record)

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record, its end moved; in two round trips where the store cannot."""
        store = await self.connect()
        if isinstance(store, TouchingStore):
            return await store.touch(key, inactivity=inactivity, absolute=absolute)
        record = await store.read(key)
        if record is None:
            return None
        ends = roll_end(record.data, self._clock.now(), inactivity, absolute)
        rolled = Record(data=record.data, expires=ends)
        if not await store.update(key, rolled):
            return None
        return rolled

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone."""
        return await change_row(await self.connect(), key, change)

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row, to be put back; None when there was none."""
        return await take_row(await self.connect(), key)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return await (await self.connect()).delete(key)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means."""
        return await (await self.connect()).delete_matching(match)

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user."""
        return await (await self.connect()).find(sub)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records."""
        return await (await self.connect()).prune(orphans=orphans, dry_run=dry_run)

    async def prune_portions(self, rule: PruneRule) -> Portions:
        """Delete what is of a rule, a portion at a time."""
        async with aclosing(prune_portions(await self.connect(), rule)) as portions:
            async for portion in portions:
                yield portion

    async def feed(self) -> ChangeFeed:
        """Start listening."""
        return await (await self.connect()).feed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return some records."""
        return await (await self.connect()).page(cursor, limit)

    async def count(self) -> int:
        """Return how many records there are."""
        return await (await self.connect()).count()

    async def close(self) -> None:
        """Close the running loop's connections; the next call opens new ones."""
        await self._stores.aclose()


async def _close(store: Store) -> None:
    await store.close()

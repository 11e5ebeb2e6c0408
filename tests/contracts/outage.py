"""An engine that dies is reported in words, and the same store works again once it is back."""

from __future__ import annotations

import time
from typing import Protocol

import pytest

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Store
from tests.contracts.store import A, record


class Mortal(Protocol):
    def start(self) -> None: ...
    def kill(self) -> None: ...


async def assert_outlives(
    store: Store, server: Mortal, *, says: str, notices_within: float = 0.0
) -> None:
    """See a store through the death of its engine; both are closed afterwards.

    `says`: what an error names the engine. `notices_within`: seconds until the driver looks again.
    """
    try:
        await store.create(A, record())
        server.kill()
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match=says):
                await store.read(A)
        server.start()
        await _create(store, notices_within)
        assert await store.read(A) == record()
    finally:
        server.kill()
        await store.close()


async def _create(store: Store, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            await store.create(A, record())
        except StoreUnavailable:
            if time.monotonic() >= deadline:
                raise
        else:
            return

"""An engine that dies is told in words, and the same store works again once it is back."""

from __future__ import annotations

from typing import Protocol

import pytest

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Store
from tests.contracts.store import A, record


class Mortal(Protocol):
    def start(self) -> None: ...
    def kill(self) -> None: ...


async def outlives(store: Store, server: Mortal, *, says: str) -> None:
    """See a store through the death of its engine; both are closed afterwards.

    `says`: what an error names the engine.
    """
    try:
        await store.create(A, record())
        server.kill()
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match=says):
                await store.read(A)
        server.start()
        await store.create(A, record())
        assert await store.read(A) == record()
    finally:
        server.kill()
        await store.close()

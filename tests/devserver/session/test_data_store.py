"""Our stores as the SDK's: what is gone is None, and who can touch rolls in one round trip."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.session.data_store import (
    LogoutTokenStore,
    RollingSessions,
    RollingStore,
    StoreSessions,
    UpdatingStore,
    make_session_data_store,
)
from session_inspector.devserver.stores.memory import MemoryStore
from tests.devserver.session.session_scene import NOW, session_of


def sessions(clock: ManualClock) -> StoreSessions:
    return StoreSessions(MemoryStore(clock), lambda session: NOW + 10)


async def test_a_session_is_there_until_the_second_that_its_expiry_names() -> None:
    clock = ManualClock(NOW)
    found = sessions(clock)
    await found.set("k", session_of())
    clock.advance(9)
    assert await found.get("k") == session_of()
    clock.advance(1)
    assert await found.get("k") is None


async def test_an_update_never_creates() -> None:
    found = sessions(ManualClock(NOW))
    assert await found.update("k", session_of()) is False
    await found.set("k", session_of())
    assert await found.update("k", session_of("v")) is True
    assert await found.get("k") == session_of("v")


async def test_deleting_what_is_not_there_is_no_error() -> None:
    found = sessions(ManualClock(NOW))
    await found.delete("k")
    assert await found.get("k") is None


async def test_every_face_that_the_sdk_may_use_is_there() -> None:
    found = sessions(ManualClock(NOW))
    assert isinstance(found, UpdatingStore)
    assert isinstance(found, LogoutTokenStore)
    assert not isinstance(found, RollingStore)


async def test_only_a_store_that_can_touch_rolls_in_one_round_trip() -> None:
    plain = MemoryStore(ManualClock(NOW))
    found = make_session_data_store(plain, lambda session: NOW + 10, inactivity=5, absolute=9)
    assert isinstance(found, StoreSessions)
    assert isinstance(found, RollingStore) is isinstance(found, RollingSessions)

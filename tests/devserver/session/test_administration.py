"""What an administrator does to the sessions of an engine, with and without a store."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.session import (
    ClockRestored,
    SessionDestroyed,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.administration import (
    Administration,
    choose_only,
    ending_change,
    find_key,
)
from session_inspector.devserver.session.carrier import CarrierSetup
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.stateless import StatelessCarrier
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.exact import apply_change
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold

NOW = 1_760_000_000
KEY = SessionId("id-of-alice")
DATA: JsonObject = {
    "user": {"sub": "alice"},
    "tokenSet": {"accessToken": "t", "expiresAt": NOW + 3600},
    "internal": {"sid": "s", "createdAt": NOW},
}
ALICE = Record(data=DATA, expires=NOW + 1000)
NAME = session_fingerprint("stateful", DATA, KEY)


class Scene:
    """An engine, and a store in which Alice has a row."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.events: list[Event] = []
        self.store = MemoryStore(self.clock)
        carrier = StatelessCarrier(CarrierSetup(ring=KeyRing(["secret"])))
        self.engine = SessionEngine(carrier, Policy(), self.clock, self.events.append)

    def administration(self, *, has_store: bool = True) -> Administration:
        store = self.store if has_store else None
        return Administration(self.engine, store, self.clock, self.events.append)


async def test_a_row_is_revoked_by_its_fingerprint_and_put_back_as_it_was() -> None:
    scene = Scene()
    await scene.store.create(KEY, ALICE)
    administration = scene.administration()
    await administration.revoke(NAME, cause="c1")
    assert await scene.store.read(KEY) is None
    await administration.undo_revoke(cause="c2")
    assert await scene.store.read(KEY) == ALICE
    (ended, written) = scene.events
    assert isinstance(ended, SessionDestroyed)
    assert (ended.session, ended.reason, ended.cause) == (NAME, "revoked", "c1")
    assert isinstance(written, SessionWritten)
    assert (written.session, written.reason, written.cause) == (NAME, "update", "c2")


async def test_a_session_of_no_row_is_not_known() -> None:
    with pytest.raises(InspectorError, match="no session nobody is known"):
        await Scene().administration().revoke("nobody", cause="c1")


async def test_a_stateless_session_cannot_be_revoked_without_a_list() -> None:
    scene = Scene()
    with pytest.raises(InspectorError, match="its cookie is the session"):
        await scene.administration(has_store=False).revoke("s", cause="c1")


async def test_a_session_of_a_store_that_was_switched_away_is_not_touched() -> None:
    scene = Scene()
    scene.engine.memory.keys.put(NAME, KEY)
    with pytest.raises(InspectorError, match="not in use now"):
        await scene.administration(has_store=False).revoke(NAME, cause="c1")


async def test_a_stateless_session_is_marked_for_its_next_request() -> None:
    scene = Scene()
    scene.engine.memory.keys.put("s", "")
    message = await scene.administration(has_store=False).expire("s", "access_token", cause="c1")
    assert message == "the access token clock is over; its next request will find out"
    assert scene.engine.memory.forced.get("s") == frozenset({"access_token"})


async def test_without_rows_there_is_nothing_to_prune() -> None:
    with pytest.raises(InspectorError, match="switch to stateful first"):
        await Scene().administration(has_store=False).prune(is_dry=True, cause="c1")


async def test_the_store_of_a_revocation_list_is_pruned_too() -> None:
    scene = Scene()
    await scene.store.create(KEY, Record(data=DATA, expires=NOW + 1))
    scene.clock.advance(2)
    administration = Administration(
        scene.engine, None, scene.clock, scene.events.append, revocations=scene.store
    )
    counted = await administration.prune(is_dry=True, cause="c1")
    assert counted.message == "1 expired row would be deleted; nothing was changed"
    deleted = await administration.prune(is_dry=False, cause="c2")
    assert deleted.message == "1 expired row deleted"


@pytest.mark.parametrize(
    ("clock", "expires", "token", "created"),
    [
        ("inactivity", NOW + 10, NOW + 3600, NOW),
        ("absolute", NOW + 10, NOW + 3600, NOW + 10 - 500),
        ("access_token", NOW + 1000, NOW + 9, NOW),
    ],
)
def test_only_the_clock_that_was_asked_for_is_over(
    clock: TimerName, expires: float, token: float, created: float
) -> None:
    found = apply_change(ALICE, ending_change(clock, NOW + 10, 500)(ALICE))
    assert found == Record(
        data={
            "user": {"sub": "alice"},
            "tokenSet": {"accessToken": "t", "expiresAt": token},
            "internal": {"sid": "s", "createdAt": created},
        },
        expires=expires,
    )


async def test_a_row_is_found_by_its_id_and_by_its_fingerprint() -> None:
    scene = Scene()
    await scene.store.create(KEY, ALICE)
    assert await find_key(scene.store, KEY) == KEY
    assert await find_key(scene.store, NAME) == KEY
    assert await find_key(scene.store, "other") is None


async def test_a_row_is_found_by_the_beginning_that_the_screen_shows() -> None:
    scene = Scene()
    await scene.store.create(KEY, ALICE)
    assert await find_key(scene.store, NAME[:6]) == KEY
    assert await find_key(scene.store, NAME[:11]) == KEY
    assert await find_key(scene.store, NAME[:5]) is None


def test_a_beginning_that_two_have_is_refused() -> None:
    assert choose_only([], "3f1b2c") is None
    assert choose_only(["a"], "3f1b2c") == "a"
    with pytest.raises(InputError, match=r"3f1b2c begins several sessions.*all 12 digits"):
        choose_only(["a", "b"], "3f1b2c")


async def test_an_expired_row_is_undone_to_the_same_row() -> None:
    scene = Scene()
    await scene.store.create(KEY, ALICE)
    administration = scene.administration()
    clocks: tuple[TimerName, ...] = ("inactivity", "absolute", "access_token")
    for number, clock in enumerate(clocks):
        await administration.expire(NAME, clock, cause=f"c{number}")
        assert await scene.store.read(KEY) != ALICE
        await administration.undo(cause=f"u{number}")
        assert await scene.store.read(KEY) == ALICE
        restored = scene.events[-1]
        assert isinstance(restored, ClockRestored)
        assert (restored.cause, restored.clock) == (f"u{number}", clock)


async def test_the_mark_of_a_stateless_session_is_taken_back() -> None:
    scene = Scene()
    scene.engine.memory.keys.put("s", "")
    administration = scene.administration(has_store=False)
    await administration.expire("s", "absolute", cause="c1")
    await administration.undo(cause="c2")
    assert not scene.engine.memory.forced.get("s")


async def test_an_undo_raises_no_alarm() -> None:
    scene = Scene()
    await scene.store.create(KEY, ALICE)
    administration = scene.administration()
    await administration.expire(NAME, "access_token", cause="c1")
    await administration.undo(cause="c2")
    await administration.revoke(NAME, cause="c3")
    await administration.undo(cause="c4")
    await scene.store.create(SessionId("old"), Record(data=DATA, expires=NOW - 1))
    await administration.prune(is_dry=False, cause="c5")
    await administration.undo(cause="c6")
    assert fold(State(), scene.events).alarms.raised == ()
    assert await scene.store.count() == 2

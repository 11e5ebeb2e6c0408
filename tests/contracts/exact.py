"""What every store must do that an administrator changes: exactly, undone, and never away."""

from __future__ import annotations

from contextlib import suppress

import pytest

from session_inspector.devserver.attach.native_store import NativeRows
from session_inspector.devserver.attach.row_reports import RowReports
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.administration import ending_change
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.row_administration import RowAdministration
from session_inspector.devserver.stores.base import Record, Store, TouchingStore
from session_inspector.devserver.stores.exact import Change
from session_inspector.devserver.stores.outage import OutageStore
from session_inspector.devserver.stores.undo.changing import change_row, find_record, take_row
from tests.contracts.store import NOW, A, B, StoreContract, record, session

CLOCKS: tuple[TimerName, ...] = ("inactivity", "absolute", "access_token")
FORMS: dict[str, JsonObject] = {
    "plain": {**session(), "more": {"list": [1, 2.5, None, "ü"], "empty": {}}},
    "what some engines keep as a text": {**session("a\0b"), "lone": "\ud800"},
}


class FailingStore(OutageStore):
    """A store that does not answer from a call on, once."""

    def __init__(self, store: Store, answers: int) -> None:
        super().__init__(store)
        self.left = answers

    def _reach(self) -> Store:
        if self.left == 0:
            raise StoreUnavailable("it went away between two calls")
        self.left -= 1
        return super()._reach()


class ExactContract(StoreContract):
    """Subclasses provide the fixture `store`."""

    @pytest.mark.parametrize("clock_name", CLOCKS)
    @pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
    @pytest.mark.parametrize("ends", [NOW + 60, None], ids=["ends", "never"])
    async def test_a_clock_that_ended_is_put_back_to_the_same_row(
        self, store: Store, clock_name: TimerName, data: JsonObject, ends: float | None
    ) -> None:
        live = record(data, ends)
        await store.create(A, live)
        await store.create(B, record())
        put_back = await change_row(
            store, A, ending_change(clock_name, NOW, 100)(await _read(store))
        )
        assert put_back is not None
        after = await find_record(store, A)
        if clock_name == "access_token":
            token = after.data["tokenSet"] if after is not None else None
            assert token == {"accessToken": "t", "expiresAt": NOW - 1}
        else:
            assert await store.read(A) is None
        assert await put_back()
        assert await store.read(A) == live
        assert await store.read(B) == record()

    async def test_all_the_data_of_a_row_are_put_back(self, store: Store) -> None:
        await store.create(A, record())
        put_back = await change_row(store, A, Change(data=session("other"), ends=NOW + 90))
        assert await store.read(A) == record(session("other"), NOW + 90)
        assert put_back is not None
        assert await put_back()
        assert await store.read(A) == record()

    async def test_a_change_of_what_is_gone_makes_nothing(
        self, store: Store, clock: ManualClock
    ) -> None:
        assert await change_row(store, A, Change(ends=NOW + 5)) is None
        await store.create(B, record(expires=NOW + 1))
        clock.advance(2)
        assert await change_row(store, B, Change(ends=NOW + 90)) is None
        assert await store.read(A) is None
        assert await store.read(B) is None

    @pytest.mark.parametrize("clock_name", CLOCKS)
    async def test_what_was_written_since_is_not_put_back(
        self, store: Store, clock_name: TimerName
    ) -> None:
        await store.create(A, record())
        put_back = await change_row(store, A, ending_change(clock_name, NOW, 100)(record()))
        newer = record(session("newer", expiresAt="1"), NOW + 90)
        await store.create(A, newer)
        assert put_back is not None
        assert not await put_back()
        assert await store.read(A) == newer

    async def test_a_token_gets_its_end_back_in_a_row_that_has_rolled_since(
        self, store: Store
    ) -> None:
        await store.create(A, record())
        change = ending_change("access_token", NOW)(record())
        put_back = await change_row(store, A, change)
        if isinstance(store, TouchingStore):
            assert await store.touch(A, inactivity=90, absolute=1000) is not None
        else:
            ended = await _read(store)
            assert await store.update(A, Record(data=ended.data, expires=NOW + 90))
        assert put_back is not None
        assert await put_back()
        assert await store.read(A) == record(expires=NOW + 90)

    async def test_what_was_deleted_since_a_change_is_not_put_back(self, store: Store) -> None:
        await store.create(A, record())
        put_back = await change_row(store, A, Change(member=("tokenSet", "expiresAt"), value=1))
        await store.delete(A)
        assert put_back is not None
        assert not await put_back()
        assert await store.read(A) is None

    async def test_a_row_that_was_taken_is_put_back_and_never_over_a_newer_one(
        self, store: Store
    ) -> None:
        assert await take_row(store, A) is None
        await store.create(A, record())
        put_back = await take_row(store, A)
        assert put_back is not None
        assert await find_record(store, A) is None
        assert await put_back()
        assert await store.read(A) == record()
        assert not await put_back()
        again = await take_row(store, A)
        newer = record(session("newer"), NOW + 90)
        await store.create(A, newer)
        assert again is not None
        assert not await again()
        assert await store.read(A) == newer

    @pytest.mark.parametrize("answers", range(5))
    async def test_a_store_that_fails_between_loses_no_row(
        self, store: Store, clock: ManualClock, answers: int
    ) -> None:
        await store.create(A, record())
        failing = FailingStore(store, answers)
        events: list[Event] = []
        reports = RowReports(Memory(), clock, events.append)
        rows = NativeRows(failing, Policy(), reports, clock, may_write=True)
        administration = RowAdministration(rows, clock, events.append)
        name = session_fingerprint("stateful", record().data, A)
        is_done = False
        with suppress(StoreUnavailable):
            await administration.expire(name, "absolute", cause="c1")
            is_done = True
        assert is_done or await store.read(A) == record()
        if is_done:
            with suppress(StoreUnavailable):
                await administration.undo(cause="c2")
            failing.left = -1
            if await store.read(A) != record():
                await administration.undo(cause="c3")
            assert await store.read(A) == record()


async def _read(store: Store) -> Record:
    found = await store.read(A)
    assert found is not None
    return found

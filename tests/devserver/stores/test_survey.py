"""What a store holds is counted once a row, at the exact second."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores import survey as survey_module
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.survey import RowState, Survey, classify, survey
from tests.contracts.store import NOW, A, B, C, record, session


@pytest.mark.parametrize(
    ("expires", "state"),
    [(None, "without_ttl"), (NOW + 0.001, "live"), (NOW, "expired"), (NOW - 1, "expired")],
)
def test_a_row_has_one_state(expires: float | None, state: RowState) -> None:
    assert classify(record(expires=expires), NOW) == state


async def test_an_empty_store_has_no_sizes_and_no_oldest() -> None:
    found = await survey(MemoryStore(ManualClock(NOW)), NOW)
    assert found == Survey()
    assert found.total == 0


async def test_rows_are_counted_with_the_oldest_and_what_cannot_be_read() -> None:
    store = MemoryStore(ManualClock(NOW))
    older = session()
    older["internal"] = {"createdAt": 5}
    await store.create(A, record(session(), NOW + 60))
    await store.create(B, record(older, NOW - 60))
    await store.create(C, Record(data={}, expires=None))
    found = await survey(store, NOW)
    assert (found.live, found.expired, found.without_ttl) == (1, 1, 1)
    assert (found.total, found.unreadable, found.oldest) == (3, 1, 5)
    assert found.sizes[100] > found.sizes[50]


def test_what_no_app_can_use_is_not_live() -> None:
    odd = Record(data={}, expires=NOW + 1, note="its data are no JSON object")
    assert classify(odd, NOW) == "unusable"
    assert classify(odd, NOW + 1) == "expired"
    ours = Record(data={}, expires=NOW + 1, note="in parts", is_own_form=True)
    assert classify(ours, NOW) == "live"


class LargeStore(MemoryStore):
    """Says that it has ten times as many rows as it has."""

    async def estimate_rows(self) -> RowEstimate:
        return RowEstimate(count=await self.count() * 10, error=0.03, how="by its word")


async def test_of_a_large_store_a_sample_is_read_and_its_margin_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(survey_module, "COUNTED", 100)
    monkeypatch.setattr(survey_module, "SAMPLE", 400)
    store = LargeStore(ManualClock(NOW))
    for number in range(500):
        await store.create(SessionId(f"{number:032x}"), record(expires=NOW + number % 4))
    found = await survey(store, NOW)
    assert (found.total, found.sampled, found.counted_by) == (5000, 400, "by its word")
    assert (found.live, found.expired) == (3750, 1250)
    assert 150 < found.margins["live"] < 300
    assert found.unusable == 0
    assert 10 < found.margins["unusable"] < 50
    exact = await survey(store, NOW, is_exact=True)
    assert (exact.total, exact.live, exact.sampled, exact.margins) == (500, 375, 0, {})


async def test_more_than_a_page_is_counted() -> None:
    store = MemoryStore(ManualClock(NOW))
    for number in range(1001):
        await store.create(SessionId(f"{number:032x}"), record())
    assert (await survey(store, NOW)).live == 1001


async def test_how_many_rows_were_read_is_told_now_and_then() -> None:
    store = MemoryStore(ManualClock(NOW))
    for number in range(2 * survey_module.PAGE + 1):
        await store.create(SessionId(f"{number:032x}"), Record(data={}, expires=None))
    told: list[int] = []
    await survey(store, NOW, note=told.append)
    assert told == [survey_module.PAGE, 2 * survey_module.PAGE]

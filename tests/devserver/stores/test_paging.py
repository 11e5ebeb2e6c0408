"""Pages are cut where they end, and all rows are gone through once."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import KeyedRecord, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.paging import cut_page, iterate_rows
from tests.contracts.store import NOW, record


def rows(count: int) -> list[KeyedRecord]:
    return [(SessionId(f"{number:032x}"), record()) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_fits_is_the_last_page(count: int) -> None:
    page = cut_page(rows(count), 2)
    assert (list(page.rows), page.cursor) == (rows(count), None)


def test_a_row_too_many_says_where_to_go_on() -> None:
    page = cut_page(rows(3), 2)
    assert (list(page.rows), page.cursor) == (rows(2), rows(2)[-1][0])


@pytest.mark.parametrize("count", [0, 9, 10, 11, 25])
async def test_each_row_comes_once(count: int) -> None:
    store = MemoryStore(ManualClock(NOW))
    for key, each in rows(count):
        await store.create(key, each)
    assert [row async for row in iterate_rows(store, 10)] == rows(count)

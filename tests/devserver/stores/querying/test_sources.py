"""A search fills a page, shows how far it is, and stops where it is told to."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.stores.querying.sources import (
    Keep,
    Portion,
    Progress,
    Search,
    take_fitting,
)


class Numbers:
    """A hundred numbers, ten a portion; from one on it does not answer."""

    how = ""
    stability = ""

    def __init__(self, hangs_at: int = 100) -> None:
        self._hangs_at = hangs_at
        self.has_hung = asyncio.Event()

    async def read(self, position: str | None, most: int, keep: Keep[int]) -> Portion[int]:
        start = int(position or 0)
        if start >= self._hangs_at:
            self.has_hung.set()
            await asyncio.Event().wait()
        end = min(start + 10, 100)
        rows = [(str(number), number) for number in range(start, end)]
        kept, following = take_fitting(rows, most, keep)
        after = str(end) if end < 100 else None
        return Portion(rows=kept, position=following or after, looked=10)

    async def disclose(self, position: str) -> str | None:
        return position


def is_seventh(number: int) -> bool:
    return number % 7 == 0


async def test_a_page_is_filled_to_its_limit_and_not_beyond() -> None:
    search = Search(Numbers(), is_seventh, None)
    await search.fill(5)
    assert (search.rows, search.position, search.is_over) == ([0, 7, 14, 21, 28], "29", False)
    rest = Search(Numbers(), is_seventh, search.position)
    await rest.fill(50)
    assert (rest.rows, rest.is_over) == ([35, 42, 49, 56, 63, 70, 77, 84, 91, 98], True)


async def test_how_far_it_is_is_told_after_each_portion() -> None:
    told: list[Progress] = []
    await Search(Numbers(), is_seventh, None, told.append).fill(5)
    assert told == [
        Progress(looked=10, found=2),
        Progress(looked=20, found=3),
        Progress(looked=30, found=5),
    ]


async def test_who_stops_a_search_has_what_it_found_and_where_it_goes_on() -> None:
    numbers = Numbers(hangs_at=30)
    search = Search(numbers, is_seventh, None)
    task = asyncio.ensure_future(search.fill(50))
    await numbers.has_hung.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (search.rows, search.position, search.is_over) == ([0, 7, 14, 21, 28], "30", False)

"""Commands a second: measured over the last seconds, reported when they are others."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.stores.watching.load import (
    EVERY,
    Timing,
    WatchLoad,
    is_news,
    window_of,
)
from tests.virtual_time import VirtualTime
from tests.waiting import PATIENCE


async def measure(totals: list[int], *, window: float = EVERY) -> list[float]:
    """Return the reports of a count that has these totals, ten seconds apart."""
    time = VirtualTime(1, ManualClock(0), length=EVERY * (len(totals) - 1))
    reports: list[float] = []
    load = WatchLoad(
        lambda: totals[round(time.now() / EVERY)],
        reports.append,
        window=window,
        timing=Timing(time.pause, time.now),
    )
    following = asyncio.ensure_future(load.follow())
    async with asyncio.timeout(PATIENCE):
        await time.is_over.wait()
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    return reports


async def test_a_figure_is_reported_once_until_it_is_another() -> None:
    assert await measure([0, 20, 40, 60, 83, 200, 217, 237]) == [2.0, 11.7, 1.7]


async def test_over_a_longer_time_the_first_figure_comes_late_and_moves_slowly() -> None:
    totals = [0, 0, 0, 0, 0, 0, 60, 120, 180]
    assert await measure(totals, window=60) == [1.0, 2.0, 3.0]


async def test_a_count_that_begins_anew_is_no_figure() -> None:
    assert await measure([100, 120, 5, 25]) == [2.0]


@pytest.mark.parametrize(
    ("before", "figure", "found"),
    [
        (None, 0.0, True),
        (0.0, 0.4, False),
        (0.0, 0.5, True),
        (10, 14.9, False),
        (10, 15, True),
        (10, 6.6, True),
        (10, 7, False),
    ],
)
def test_news_is_half_as_much_again_and_more_than_next_to_nothing(
    before: float | None, figure: float, found: bool
) -> None:
    assert is_news(before, figure) is found


async def test_work_ends_with_its_own_error_and_the_measuring_with_it() -> None:
    async def work() -> None:
        raise ValueError("its own")

    load = WatchLoad(lambda: 0, lambda _: None)
    before = asyncio.all_tasks()
    with pytest.raises(ValueError, match="its own"):
        await load.follow_beside(work(), Supervisor(ManualClock(0), lambda _: None))
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before


def test_rare_looks_are_counted_over_several_of_them() -> None:
    assert (window_of(1.0), window_of(10.0)) == (EVERY, 60.0)

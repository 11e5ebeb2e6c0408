"""A gentle search rests between portions, and not after the last."""

from __future__ import annotations

import itertools

from session_inspector.devserver.stores.querying.gentle import GentleSource
from session_inspector.devserver.stores.querying.sources import Search
from tests.devserver.stores.querying.test_sources import Numbers, is_seventh


async def test_it_rests_four_times_as_long_as_a_portion_took() -> None:
    rests: list[float] = []
    moments = itertools.count(0.0, 0.5)

    async def pause(seconds: float) -> None:
        rests.append(seconds)

    source = GentleSource(Numbers(), pause, lambda: next(moments))
    search = Search(source, is_seventh, None)
    await search.fill(5)
    assert search.rows == [0, 7, 14, 21, 28]
    assert rests == [2.0, 2.0]  # the third portion has filled the page
    assert await source.disclose("90") == "90"

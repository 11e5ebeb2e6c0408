"""Polling: each look, or only those at which a sign moved."""

from __future__ import annotations

from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.feeds import (
    EVERY,
    SELDOM,
    PendingChanges,
    PollingFeed,
    RestingFeed,
    SignFeed,
)


class Pauses(list[float]):
    """Pauses that were asked for; none takes time."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


async def test_polling_asks_for_a_look_at_everything_twice_a_second() -> None:
    pauses = Pauses()
    feed = PollingFeed(pause=pauses)
    assert await feed.wait() is None
    assert pauses == [EVERY] == [0.5]
    await feed.close()


async def test_a_sign_that_stays_is_no_change() -> None:
    signs = iter([1, 1, 1, 2])

    async def sign() -> object:
        return next(signs)

    pauses = Pauses()
    feed = SignFeed("a number", sign, pauses)
    await feed.wait()
    assert len(pauses) == 1  # the first sign is new
    await feed.wait()
    assert len(pauses) == 4
    await feed.close()


async def test_a_sign_that_may_move_before_its_change_is_followed_by_one_look_more() -> None:
    signs = iter([1, 2, 2, 2, 3])

    async def sign() -> object:
        return next(signs)

    pauses = Pauses()
    feed = SignFeed("a number", sign, pauses, settles=True)
    lengths: list[int] = []
    for _ in range(4):
        await feed.wait()
        lengths.append(len(pauses))
    assert lengths == [1, 2, 3, 5]


async def test_looks_that_bring_nothing_become_rare_and_one_that_does_brings_them_back() -> None:
    pauses = Pauses()
    feed = RestingFeed(pause=pauses)
    for is_idle in (True, True, True, True, True, False):
        await feed.wait()
        feed.rest(is_idle=is_idle)
    await feed.wait()
    assert pauses == [EVERY, 1, 2, 4, SELDOM, SELDOM, EVERY]


async def test_a_feed_that_was_slowed_down_says_how_often_it_looks() -> None:
    pauses = Pauses()

    async def sign() -> object:
        return len(pauses)

    feed = PollingFeed(pause=pauses)
    signs = SignFeed("polling a number", sign, pauses)
    rare = RestingFeed(pause=pauses)
    assert [feed.how, signs.how, rare.how] == [
        "polling twice a second",
        "polling a number twice a second",
        "polling: every 0.5 s, up to 8 s while idle",
    ]
    for each in (feed, signs, rare):
        each.slow_down(10, 60)
        await each.wait()
    assert pauses == [10, 10, 10]
    assert [feed.how, signs.how, rare.how] == [
        "polling every 10 s",
        "polling a number every 10 s",
        "polling: every 10 s, up to 60 s while idle",
    ]
    for _ in range(4):
        rare.rest(is_idle=True)
    await rare.wait()
    assert pauses[-1] == 60


def test_named_rows_are_taken_a_portion_at_a_time() -> None:
    pending = PendingChanges()
    pending.named = {SessionId("a"), SessionId("b"), SessionId("c")}
    first = pending.take(2)
    assert len(first) == 2
    assert {*first, *pending.take(2)} == {"a", "b", "c"}
    assert pending.take(2) == []

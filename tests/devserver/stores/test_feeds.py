"""Polling: each look, or only those at which a sign moved."""

from __future__ import annotations

from session_inspector.devserver.stores.feeds import EVERY, PollingFeed, SignFeed


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

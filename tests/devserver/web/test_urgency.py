"""What can wait gives way to a key that waits: not for ever, and not all of the time."""

from __future__ import annotations

import pytest

from session_inspector.devserver.web.urgency import LONGEST, LOOK, REST, GivingWay, Urgency


class Turned:
    """A time that passes in pauses only, and keys that wait at some moments of it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waiting: list[tuple[float, float, int]] = []
        """(from, until, number) of each key."""
        urgency = Urgency()
        urgency.ask = self.ask
        self.giving_way = GivingWay(urgency, pause=self.pause, time=lambda: self.now)

    def ask(self) -> int:
        found = (number for begin, end, number in self.waiting if begin <= self.now < end)
        return next(found, 0)

    async def pause(self, seconds: float) -> None:
        self.now += seconds

    async def work(self, seconds: float) -> float:
        """Work for so many seconds, in small portions; return how many it gave way for."""
        given = 0.0
        for _ in range(int(seconds / 0.01)):
            began = self.now
            if self.giving_way.is_due:
                await self.giving_way.wait()
            given += self.now - began
            self.now += 0.01
        return given


async def test_nothing_waits_where_nothing_is_urgent() -> None:
    assert await Turned().work(1) == 0
    assert not GivingWay(Urgency()).is_due


async def test_it_waits_until_a_key_is_shown() -> None:
    turned = Turned()
    turned.waiting = [(100.0, 100.2, 1)]
    assert await turned.work(0.5) == pytest.approx(0.2, abs=LOOK)


async def test_a_key_that_is_never_shown_is_waited_for_once() -> None:
    turned = Turned()
    turned.waiting = [(100.0, 1e9, 1)]
    assert await turned.work(30) == pytest.approx(LONGEST, abs=2 * LOOK)


async def test_a_held_key_leaves_time_for_the_work() -> None:
    turned = Turned()
    turned.waiting = [(100 + 0.03 * n, 100 + 0.03 * (n + 1), n + 1) for n in range(10_000)]
    given = await turned.work(10)
    worked = turned.now - 100 - given
    assert worked >= REST * given * 0.9
    assert given > worked

"""Responses of an app whose clock is off: its cookies live as long as browsers keep them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.utils import formatdate

import pytest

from session_inspector.devserver.attach.proxy.reporter import ExchangeReporter
from session_inspector.devserver.attach.traffic.app_clocks import AppClocks
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeEnded
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.decoders.registry import load_decoders
from tests.devserver.attach.proxy.test_reporter import NOW, URL, exchange_of

ANSWERED = NOW + 0.5
LIFE = 60


class SkewedScene:
    """The reporter of an app, with the clocks of apps."""

    def __init__(self, clocks: AppClocks | None) -> None:
        self.events: list[Event] = []
        clock = ManualClock(NOW)
        self.opener = Opener(load_decoders(), (), clock)
        sessions = SessionReporter(self.opener, self.events.append)
        self.reporter = ExchangeReporter(URL, sessions, clock, self.events.append, clocks=clocks)

    async def answer(self, *lines: str) -> None:
        exchange = exchange_of(lines=lines)
        self.reporter.started(exchange)
        self.reporter.responded(exchange)
        self.reporter.ended(exchange)
        await self.reporter.publish_notes()

    def offsets(self) -> list[float]:
        return [one.clock_offset for one in self.events if isinstance(one, ExchangeEnded)]


@pytest.fixture
async def scene() -> AsyncIterator[SkewedScene]:
    found = SkewedScene(AppClocks())
    yield found
    found.opener.close()


def date_of(offset: float) -> str:
    return f"Date: {formatdate(int(ANSWERED + offset), usegmt=True)}"


def expires_of(offset: float, life: float = LIFE) -> str:
    return f"Expires={formatdate(int(ANSWERED + offset) + life, usegmt=True)}"


@pytest.mark.parametrize("offset", [-90, -1, 0, 90])
async def test_a_cookie_lives_as_long_as_its_app_means(scene: SkewedScene, offset: int) -> None:
    await scene.answer(date_of(offset), f"Set-Cookie: sid={'a' * 32}; {expires_of(offset)}")
    (cookie,) = [one for one in scene.events if isinstance(one, CookieSet)]
    assert (cookie.is_deletion, cookie.max_age) == (False, LIFE)
    assert not [one for one in scene.events if isinstance(one, SessionDestroyed)]


async def test_what_is_over_by_the_apps_own_clock_is_deleted(scene: SkewedScene) -> None:
    await scene.answer(date_of(90), f"Set-Cookie: sid=1; {expires_of(90, -1)}")
    (cookie,) = [one for one in scene.events if isinstance(one, CookieSet)]
    assert cookie.is_deletion


@pytest.mark.parametrize("date", ["Date: yesterday", "X-No: date"])
async def test_without_a_date_our_clock_counts(scene: SkewedScene, date: str) -> None:
    await scene.answer(date, f"Set-Cookie: sid=1; {expires_of(-90)}")
    (cookie,) = [one for one in scene.events if isinstance(one, CookieSet)]
    assert cookie.is_deletion
    assert scene.offsets() == [0]


@pytest.mark.parametrize(("offset", "told"), [(-90, -90), (90, 90), (0, 0), (1, 0)])
async def test_an_offset_is_told_with_each_response(
    scene: SkewedScene, offset: int, told: float
) -> None:
    await scene.answer(date_of(offset))
    await scene.answer(date_of(offset))
    assert scene.offsets() == [told, told]


async def test_a_cache_shows_no_clock(scene: SkewedScene) -> None:
    await scene.answer(date_of(-90), "Age: 90")
    assert scene.offsets() == [0]


async def test_the_labs_clock_is_ours() -> None:
    scene = SkewedScene(None)
    await scene.answer(date_of(-90))
    assert scene.offsets() == [0]
    scene.opener.close()

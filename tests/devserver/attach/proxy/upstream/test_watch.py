"""An app that goes away, or comes back, is noticed without a request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise

import pytest

from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    HTTP2_ONLY,
    Trouble,
    describe_close,
    describe_connect_error,
)
from session_inspector.devserver.attach.proxy.upstream.watch import (
    IDLE,
    LONGEST_PAUSE,
    PAUSE,
    UpstreamWatch,
)
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.server import TAKES_CONNECTIONS
from session_inspector.devserver.stores.watching.load import Timing
from tests.virtual_time import VirtualTime
from tests.waiting import PATIENCE

REFUSED = describe_connect_error(ConnectionRefusedError("refused"))


class Audience:
    """Notes what is said of an app."""

    def __init__(self) -> None:
        self.said: list[tuple[bool, str]] = []

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        self.said.append((is_up, reason))

    def started(self, exchange: Exchange) -> None: ...
    def responded(self, exchange: Exchange) -> None: ...
    def ended(self, exchange: Exchange) -> None: ...


class Scene(Audience):
    """An audience, and an app that is in a trouble from a second on, until the next."""

    def __init__(
        self, troubles: Mapping[float, Trouble | None], *, length: float = 20, idle: float = IDLE
    ) -> None:
        super().__init__()
        self.told: list[tuple[float, bool, str]] = []
        """What is news, with its second."""
        self.looks: list[tuple[str, float]] = []
        """Moments at which the app was looked at, as a request connects or with a touch."""
        self.meanwhile: dict[float, str] = {}
        """What requests show at a second: the name of a method."""
        self._troubles = troubles
        self.time = VirtualTime(1, ManualClock(0), self._pass, length=length)
        self.timing = Timing(self.time.pause, self.time.now)
        self.watch = UpstreamWatch(self, self._look, self._touch, idle=idle, timing=self.timing)

    async def _pass(self) -> None:
        what = self.meanwhile.get(self.time.now())
        if what is not None:
            getattr(self.watch, what)()

    async def _look(self) -> Trouble | None:
        return self._find("look")

    async def _touch(self) -> Trouble | None:
        return self._find("touch")

    def _find(self, how: str) -> Trouble | None:
        now = self.time.now()
        self.looks.append((how, now))
        return self._troubles[max(since for since in self._troubles if since <= now)]

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        state = (is_up, reason)
        if self.said[-1:] != [state]:
            self.told.append((self.time.now(), *state))
        self.said.append(state)

    async def play(self) -> Scene:
        following = asyncio.ensure_future(self.watch.follow())
        async with asyncio.timeout(PATIENCE):
            await self.time.is_over.wait()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        return self


async def test_an_idle_app_that_dies_is_away_within_seconds_and_back_within_one() -> None:
    scene = await Scene({0: None, 5: REFUSED, 12.5: None}).play()
    away, back = scene.told
    assert (away[0] - 5 <= IDLE + PAUSE, away[1:]) == (True, (False, "refused"))
    assert back == (13, True, TAKES_CONNECTIONS)


async def test_an_app_that_is_well_is_touched_and_never_asked_as_a_request_does() -> None:
    scene = await Scene({0: None}).play()
    assert {how for how, _ in scene.looks} == {"touch"}
    assert 20 / (IDLE + PAUSE) - 1 <= len(scene.looks) <= 20 / IDLE
    assert scene.told == []


@pytest.mark.parametrize("what", ["answered", "connected"])
async def test_an_app_that_is_used_is_not_looked_at(what: str) -> None:
    scene = Scene({0: None})
    scene.meanwhile = dict.fromkeys(map(float, range(20)), what)
    assert (await scene.play()).looks == []


async def test_an_app_whose_process_is_watched_is_looked_at_only_in_trouble() -> None:
    scene = await Scene({0: REFUSED}, idle=float("inf")).play()
    assert scene.looks == []
    scene = Scene({0: REFUSED, 4: None}, idle=float("inf"))
    scene.watch.failed(REFUSED)
    await scene.play()
    assert scene.told == [(0, False, "refused"), (4, True, TAKES_CONNECTIONS)]
    assert [how for how, _ in scene.looks] == ["look"] * 4


async def test_a_request_that_connects_ends_it_as_well() -> None:
    scene = Scene({0: None})
    scene.watch.failed(REFUSED)
    scene.watch.connected()
    scene.watch.connected()
    assert scene.told == [(0, False, "refused"), (0, True, TAKES_CONNECTIONS)]


async def test_http_2_is_not_over_because_a_connection_is_taken() -> None:
    scene = Scene({0: None, 4: REFUSED, 10: None})
    scene.watch.failed(HTTP2_ONLY)
    scene.watch.connected()
    await scene.play()
    assert [(is_up, reason) for _, is_up, reason in scene.told] == [
        (False, HTTP2_ONLY.summary),
        (False, "refused"),
        (True, TAKES_CONNECTIONS),
    ]


async def test_what_takes_connections_and_cannot_be_used_is_looked_at_ever_more_seldom() -> None:
    scene = Scene({0: HTTP2_ONLY}, length=200)
    scene.watch.failed(HTTP2_ONLY)
    moments = [at for _, at in (await scene.play()).looks]
    waits = [round(later - at) for at, later in pairwise(moments)]
    assert waits == [2, 4, 8, 16, *[LONGEST_PAUSE] * (len(waits) - 4)]


async def test_an_answer_ends_every_trouble_and_is_told_once() -> None:
    scene = Scene({0: None})
    scene.watch.failed(HTTP2_ONLY)
    for _ in range(3):
        scene.watch.answered()
    assert [is_up for _, is_up, _ in scene.told] == [False, True]


async def test_one_request_that_got_no_answer_says_nothing_of_the_app() -> None:
    scene = Scene({0: None})
    scene.watch.failed(describe_close(None))
    assert (scene.told, scene.watch.trouble) == ([], None)


async def test_a_doubt_is_looked_into_soon_and_once() -> None:
    scene = Scene({0: REFUSED, 2: None}, length=2)
    scene.watch.doubt()
    scene.watch.doubt()
    await scene.play()
    assert scene.looks == [("look", 1), ("look", 2)]
    assert [is_up for _, is_up, _ in scene.told] == [False, True]


async def test_a_look_that_fails_while_a_request_is_answered_shows_nothing() -> None:
    scene = Scene({0: None})

    async def touch() -> Trouble:
        scene.watch.answered()
        return REFUSED

    scene.watch = UpstreamWatch(scene, touch, touch, timing=scene.timing)
    await scene.play()
    assert scene.told == [(3, True, "")]

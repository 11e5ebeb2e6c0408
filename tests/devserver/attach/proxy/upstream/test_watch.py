"""An app that is away is looked for until it is back; nothing else is asked of it."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    HTTP2_ONLY,
    Trouble,
    describe_close,
    describe_connect_error,
)
from session_inspector.devserver.attach.proxy.upstream.watch import UpstreamWatch
from session_inspector.devserver.core.events.server import TAKES_CONNECTIONS
from tests.waiting import PATIENCE

REFUSED = describe_connect_error(ConnectionRefusedError("refused"))


class Scene:
    """An audience, and an app whose states come one after the other."""

    def __init__(self, *looks: Trouble | None) -> None:
        self.said: list[tuple[bool, str, bool]] = []
        self._looks = list(looks)
        self.over = asyncio.Event()
        self.watch = UpstreamWatch(self, self._look, pause=0)

    async def _look(self) -> Trouble | None:
        if len(self._looks) == 1:
            self.over.set()
        return self._looks.pop(0)

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        self.said.append((is_up, reason, is_unusable))

    def started(self, exchange: Exchange) -> None: ...
    def responded(self, exchange: Exchange) -> None: ...
    def ended(self, exchange: Exchange) -> None: ...

    async def settle(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.over.wait()
        for _ in range(5):
            await asyncio.sleep(0)
        self.watch.close()


async def test_away_ends_by_itself() -> None:
    scene = Scene(REFUSED, None)
    scene.watch.failed(REFUSED)
    await scene.settle()
    assert scene.said == [(False, "refused", False)] * 2 + [(True, TAKES_CONNECTIONS, False)]


async def test_a_request_that_connects_ends_it_as_well() -> None:
    scene = Scene(None)
    scene.watch.failed(REFUSED)
    scene.watch.connected()
    scene.watch.connected()
    scene.watch.close()
    assert scene.said == [(False, "refused", False), (True, TAKES_CONNECTIONS, False)]


async def test_http_2_is_not_over_because_a_connection_is_taken() -> None:
    scene = Scene(None, REFUSED, None)
    scene.watch.failed(HTTP2_ONLY)
    scene.watch.connected()
    await scene.settle()
    assert [is_up for is_up, _, _ in scene.said] == [False, False, True]
    assert scene.said[0] == (False, HTTP2_ONLY.summary, True)


async def test_an_answer_ends_every_trouble_and_is_told_once() -> None:
    scene = Scene(None)
    scene.watch.failed(HTTP2_ONLY)
    for _ in range(3):
        scene.watch.answered()
    scene.watch.close()
    assert [is_up for is_up, _, _ in scene.said] == [False, True]


async def test_one_request_that_got_no_answer_says_nothing_of_the_app() -> None:
    scene = Scene(None)
    scene.watch.failed(describe_close(None))
    assert (scene.said, scene.watch.trouble) == ([], None)


async def test_a_doubt_is_looked_into_once() -> None:
    scene = Scene(REFUSED, None)
    scene.watch.doubt()
    scene.watch.doubt()
    await scene.settle()
    assert [is_up for is_up, _, _ in scene.said] == [False, True]

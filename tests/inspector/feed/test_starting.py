"""A lab that is built behind the screen: nothing is lost, and what goes wrong is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import RotateKeys
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.web.urgency import Urgency
from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.feed.starting import StartingFeed
from tests.inspector.sample import NOW, ListFeed, server


class Built:
    """A lab of the test's own; `may_end` lets the building go on."""

    def __init__(self, problem: BaseException | None = None) -> None:
        self.source = ListFeed([server()])
        self.feed: Feed = self.source
        self.is_closed = False
        self.may_end = threading.Event()
        self._problem = problem

    def build(self) -> Built:
        assert self.may_end.wait(10)
        if self._problem is not None:
            raise self._problem
        return self

    def close(self) -> None:
        self.is_closed = True


class Beside(ListFeed):
    """A feed whose server has tasks that can wait."""

    def __init__(self, urgency: Urgency) -> None:
        super().__init__()
        self._urgency = urgency

    def give_way_to(self, ask: Callable[[], int]) -> None:
        self._urgency.ask = ask


def listening(built: Built) -> tuple[StartingFeed, threading.Event]:
    feed = StartingFeed(built.build, ManualClock(7))
    news = threading.Event()
    feed.on_change(news.set)
    return feed, news


def test_before_the_lab_is_there_nothing_is_told() -> None:
    built = Built()
    feed, news = listening(built)
    assert (feed.since(0), feed.now(), news.is_set()) == (((), 0), 7, False)
    built.may_end.set()
    feed.close()


def test_who_listened_before_is_woken_and_hears_all() -> None:
    built = Built()
    feed, news = listening(built)
    built.may_end.set()
    assert news.wait(10)
    assert ([e.seq for e in feed.since(0)[0]], feed.now()) == ([1], NOW)
    news.clear()
    built.source.journal.publish(server())
    assert news.is_set()
    feed.close()
    assert built.is_closed


def test_who_listens_no_more_is_not_woken() -> None:
    built = Built()
    feed = StartingFeed(built.build, ManualClock())
    early = threading.Event()
    late = threading.Event()
    kept = threading.Event()
    stop_early = feed.on_change(early.set)
    stop_late = feed.on_change(late.set)
    feed.on_change(kept.set)
    stop_early()
    built.may_end.set()
    assert kept.wait(10)
    stop_late()
    late.clear()
    built.source.journal.publish(server())
    assert (early.is_set(), late.is_set()) == (False, False)
    feed.close()


@pytest.mark.parametrize("is_early", [True, False])
def test_what_can_wait_learns_of_keys_once_there_is_a_lab(is_early: bool) -> None:
    built = Built()
    urgency = Urgency()
    built.feed = Beside(urgency)
    feed, news = listening(built)
    if is_early:
        feed.give_way_to(lambda: 7)
    built.may_end.set()
    assert news.wait(10)
    if not is_early:
        feed.give_way_to(lambda: 7)
    assert urgency.ask() == 7
    feed.close()


async def test_a_command_waits_for_the_lab() -> None:
    built = Built()
    feed, _ = listening(built)
    asked = asyncio.ensure_future(feed.send(RotateKeys()))
    await asyncio.sleep(0)
    assert built.source.sent == []
    built.may_end.set()
    assert (await asked).is_ok
    assert built.source.sent == [RotateKeys()]
    feed.close()


async def test_what_goes_wrong_is_told_to_the_app_to_commands_and_at_the_end() -> None:
    built = Built(InputError("port 3000 is taken"))
    feed = StartingFeed(built.build, ManualClock())
    failed = threading.Event()
    feed.when_failed = failed.set
    feed.on_change(lambda: None)
    built.may_end.set()
    assert failed.wait(10)
    reply = await feed.send(RotateKeys())
    assert (reply.is_ok, "port 3000 is taken" in reply.message) == (False, True)
    assert feed.since(0) == ((), 0)
    with pytest.raises(InputError, match="port 3000 is taken"):
        feed.close()


def test_a_feed_that_nobody_heard_starts_nothing() -> None:
    built = Built()
    StartingFeed(built.build, ManualClock()).close()
    assert not built.is_closed

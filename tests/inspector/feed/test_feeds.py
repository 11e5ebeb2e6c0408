"""Local and remote feeds are the same to a screen: one contract, two ways."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.commands import Login, MoveClock, Reveal
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import ClockMoved, ServerStarted
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.feed.remote import RemoteFeed
from tests.end_to_end.lab import Lab, running_lab
from tests.servers import free_port
from tests.waiting import PATIENCE


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with running_lab(tmp_path, store="memory://") as found:
        yield found


@pytest.fixture(params=["local", "remote"])
def feed(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Feed]:
    if request.param == "local":
        yield LocalFeed(lab.running)
        return
    remote = RemoteFeed(lab.base_url, SystemClock(), lab.running.token)
    remote.start()
    yield remote
    remote.stop()


async def until(feed: Feed, kind: type) -> object:
    """Wait for an event over a real socket."""
    news = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(news.set)

    stop = feed.on_change(wake)
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [event for event in feed.since(0)[0] if isinstance(event, kind)]
            if found:
                stop()
                return found[-1]
            await news.wait()
            news.clear()


async def test_events_arrive_from_the_first_on(feed: Feed) -> None:
    assert isinstance(await until(feed, ServerStarted), ServerStarted)


async def test_commands_are_carried_out_and_seen(feed: Feed) -> None:
    reply = await feed.send(Login(user="local|alice"))
    assert (reply.is_ok, reply.message) == (True, "local|alice is logged in, in browser alice")
    written = await until(feed, SessionWritten)
    assert isinstance(written, SessionWritten)
    assert written.facts.sub == "local|alice"


async def test_time_travel_moves_the_feed_s_clock(feed: Feed) -> None:
    before = feed.now()
    await feed.send(MoveClock(seconds=86_400))
    await until(feed, ClockMoved)
    assert feed.now() - before == pytest.approx(86_400, abs=5)


async def test_a_secret_is_revealed_on_purpose_only(feed: Feed) -> None:
    await feed.send(Login(user="local|alice"))
    written = await until(feed, SessionWritten)
    assert isinstance(written, SessionWritten)
    assert written.facts.key is not None
    reply = await feed.send(Reveal(digest=written.facts.key.digest))
    assert len(reply.value) == 32


async def test_nobody_there_is_one_clear_line() -> None:
    feed = RemoteFeed(f"http://127.0.0.1:{free_port()}", SystemClock())
    with pytest.raises(InputError, match="does not answer"):
        feed.start()
    assert not (await feed.send(MoveClock(seconds=1))).is_ok


@pytest.mark.parametrize(("token", "said"), [("", "is missing"), ("x" * 43, "is not this run's")])
async def test_without_the_right_token_it_is_one_clear_line(
    lab: Lab, token: str, said: str
) -> None:
    feed = RemoteFeed(lab.base_url, SystemClock(), token)
    with pytest.raises(InputError, match=f"refuses: the control token {said}.*Fix: ") as caught:
        feed.start()
    assert lab.running.token not in str(caught.value)
    reply = await feed.send(MoveClock(seconds=1))
    assert (reply.is_ok, "401" in reply.message) == (False, True)


def test_another_server_is_no_lab(lab: Lab) -> None:
    feed = RemoteFeed(lab.running.issuer, SystemClock(), lab.running.token)
    with pytest.raises(InputError, match="is no lab"):
        feed.start()


async def test_a_server_that_was_started_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    port = str(free_port())
    with running_lab(tmp_path, store="memory://", port=port) as first:
        tokens = [first.running.token]
        remote = RemoteFeed(first.base_url, SystemClock(), tokens[0], renew=lambda: tokens[-1])
        remote.start()
        await until(remote, ServerStarted)
        seen = len(remote.since(0)[0])
    with running_lab(tmp_path, store="memory://", port=port) as second:
        assert second.running.token != tokens[0]
        tokens.append(second.running.token)
        # more events than the feed has seen: its number would skip the first of them
        for _ in range(3):
            assert second.send(MoveClock(seconds=5)).is_ok
        wanted = second.events()
        assert len(wanted) > seen
        async with asyncio.timeout(PATIENCE):
            while len(got := _of_the_second(remote)) < len(wanted):
                await asyncio.to_thread(remote_news(remote).wait, 0.2)
        remote.stop()
    assert [type(event) for event in got[: len(wanted)]] == [type(event) for event in wanted]
    assert [event.at for event in got[: len(wanted)]] == [event.at for event in wanted]


def _of_the_second(feed: RemoteFeed) -> Sequence[Event]:
    """Return what was heard from the second start on; the first run's last words may come late."""
    events = feed.since(0)[0]
    starts = [at for at, event in enumerate(events) if isinstance(event, ServerStarted)]
    return events[starts[1] :] if len(starts) > 1 else []


def remote_news(feed: RemoteFeed) -> threading.Event:
    news = threading.Event()
    feed.on_change(news.set)
    return news

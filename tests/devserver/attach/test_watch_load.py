"""What a minute of watching sends to real engines, as it is and gently."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import redis

from session_inspector.devserver.attach.foreign_watch import ForeignWatch
from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.rows.base import RawReader
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.watching.load import REAL_TIME, Timing
from session_inspector.devserver.stores.watching.pace import GENTLE, USUAL, LookPace
from tests.contracts.raw_rows import App
from tests.devserver.attach.rows.test_mongodb import Collection
from tests.devserver.attach.rows.test_postgres import Table
from tests.devserver.attach.rows.test_redis import Keys
from tests.devserver.attach.rows.test_sqlite import File
from tests.engines import MongoServer, PostgresServer
from tests.servers import RedisServer
from tests.virtual_time import VirtualTime, nothing
from tests.waiting import PATIENCE

NOW = 1_760_000_000.0
MINUTE: Seconds = 60.0
MANY = 700
SLOW: Seconds = 3.0
TASKS = 2
"""Those of a watch that pause: the looks, and the measurements."""


@dataclass
class Watched:
    """What a time of watching has brought."""

    commands: int
    seen: int
    figures: list[StoreStateChanged]


def make_watch(
    app: App,
    open_: Callable[[], Awaitable[RawReader]],
    clock: ManualClock,
    events: list[Event],
    pace: LookPace,
    timing: Timing = REAL_TIME,
) -> ForeignWatch:
    layout = find_layout(app.layout)
    material = Material(cookies={}, now=NOW)
    return ForeignWatch(open_, "it", layout, material, clock, events.append, pace, timing)


async def run_until(watched: ForeignWatch, time: VirtualTime) -> None:
    """Follow until the time is over."""
    following = asyncio.ensure_future(watched.follow())
    try:
        async with asyncio.timeout(PATIENCE):
            await time.is_over.wait()
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await watched.reader.close()


async def watch(
    app: App,
    pace: LookPace,
    meanwhile: Callable[[], Awaitable[None]] = nothing,
    *,
    length: Seconds = MINUTE,
) -> Watched:
    """Watch for so long."""
    clock = ManualClock(NOW)
    fixed = ManualClock(NOW)  # a TTL does not pass as the clock is moved
    time = VirtualTime(TASKS, clock, meanwhile, length=length)
    events: list[Event] = []
    open_ = partial(open_reader, app.url, fixed)
    watched = make_watch(app, open_, clock, events, pace, Timing(time.pause, time.now))
    await run_until(watched, time)
    states = [event for event in events if isinstance(event, StoreStateChanged)]
    seen = sum(isinstance(event, SessionSeen) for event in events)
    return Watched(watched.reader.commands, seen, states)


@pytest.fixture
def keys(redis_server: RedisServer) -> Iterator[App]:
    found = Keys(redis_server.url)
    yield found
    found.client.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[App]:
    found = File(tmp_path / "app.db", "///")
    yield found
    found.db.close()


@pytest.fixture
async def table(postgres_server: PostgresServer) -> AsyncIterator[App]:
    found = Table(postgres_server.url)
    await found.make()
    yield found
    await found.sql("DROP TABLE session")


@pytest.fixture
def collection(mongodb_server: MongoServer) -> Iterator[App]:
    found = Collection(mongodb_server.url)
    drop_sessions(found)
    yield found
    drop_sessions(found)


def drop_sessions(found: Collection) -> None:
    with found.client as client:
        client.get_default_database()["sessions"].drop()


ENGINES = ("keys", "file", "table", "collection")


@pytest.fixture(params=ENGINES)
def app(request: pytest.FixtureRequest) -> App:
    found: App = request.getfixturevalue(request.param)
    return found


async def put_rows(app: App, count: int) -> None:
    for number in range(count):
        await app.put(f"row{number}", NOW + 3600)


async def test_gently_an_idle_store_hears_a_fourth_or_less(app: App) -> None:
    await put_rows(app, 3)
    usual = await watch(app, USUAL)
    gentle = await watch(app, GENTLE)
    assert usual.seen == gentle.seen == 3
    assert 60 <= usual.commands <= 240
    assert gentle.commands <= usual.commands / 4


async def test_gently_a_busy_store_hears_a_fifth_or_less(app: App) -> None:
    await put_rows(app, MANY)
    numbers = itertools.count()

    async def write() -> None:
        await app.put(f"new{next(numbers)}", NOW + 3600)

    usual = await watch(app, USUAL, write)
    gentle = await watch(app, GENTLE, write)
    assert usual.seen > MANY
    assert GENTLE.most_rows <= gentle.seen <= GENTLE.most_rows + 7 * GENTLE.most_beside
    assert gentle.commands <= usual.commands / 5


async def test_an_idle_store_s_figure_is_reported_once(app: App) -> None:
    await put_rows(app, 3)
    found = await watch(app, USUAL, length=10 * MINUTE)
    first, *later = found.figures
    figures = [state for state in later if state.commands is not None]
    assert first.commands is None
    assert {first.watched_by} == {state.watched_by for state in figures}
    if all(state.is_up for state in later):  # not so where a busy machine's engine did not answer
        assert later == figures
        assert len(figures) == 1
    for figure in figures:
        assert figure.commands == pytest.approx(found.commands / (10 * MINUTE), abs=2.5)


async def test_what_is_counted_is_what_redis_was_sent(redis_server: RedisServer, keys: App) -> None:
    await put_rows(keys, 30)
    with redis.Redis.from_url(redis_server.url) as client:
        client.ping()
        before = _processed(client)
        found = await watch(keys, USUAL)
        assert _processed(client) - before - 1 == found.commands, "its own INFO is not ours"


def _processed(client: redis.Redis) -> int:
    """Return the commands that a server carried out, and those that it refused."""
    stats = client.info("stats")
    assert isinstance(stats, dict)
    return int(stats["total_commands_processed"]) + int(stats["total_error_replies"])


async def test_gently_the_row_of_a_request_is_read_at_once(keys: App) -> None:
    await put_rows(keys, MANY)
    events: list[Event] = []
    clock = ManualClock(NOW)
    watched = make_watch(keys, partial(open_reader, keys.url, clock), clock, events, GENTLE)
    await watched.look()
    seen = {event.session for event in events}
    assert len(seen) == GENTLE.most_rows
    unlisted = [f"row{number}" for number in range(MANY)]
    unlisted = [name for name in unlisted if fingerprint(name) not in seen]
    facts = await watched.facts(unlisted[0], SessionFacts(kind="stateful", sub=""))
    assert facts is not None
    assert facts.sub == "zoë"
    await watched.reader.close()


class SlowReader:
    """A reader whose every word takes three seconds of a time, and is no sign of quiet."""

    def __init__(self, inner: RawReader, time: VirtualTime) -> None:
        self._inner = inner
        self._time = time
        self.busy = 0.0

    async def version(self) -> str | None:
        self.busy += SLOW
        self._time.advance(SLOW)
        return None

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@pytest.mark.parametrize("pace", [USUAL, GENTLE])
async def test_the_engine_is_busy_with_us_for_a_small_part_of_the_time(
    file: App, pace: LookPace
) -> None:
    await put_rows(file, 3)
    clock = ManualClock(NOW)
    time = VirtualTime(TASKS, clock, length=30 * MINUTE)
    slow = SlowReader(await open_reader(file.url, clock), time)

    async def open_slow() -> RawReader:
        return slow  # type: ignore[return-value]  # what it has not, its inner one has

    watched = make_watch(file, open_slow, clock, [], pace, Timing(time.pause, time.now))
    await run_until(watched, time)
    share = slow.busy / (30 * MINUTE)
    assert 0 < share <= {True: 0.021, False: 0.21}[pace.is_gentle]

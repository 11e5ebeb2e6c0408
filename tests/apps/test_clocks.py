"""Which end counts: real frameworks in all their options, beside what this tool says of them.

Sessions live for seconds, and these tests wait for them. Samples are planned 4 s or more from every
end; on a machine that is late, an end may pass between two looks: what the tool says is read before
and after the app is asked, and whose end has passed between is left out; also who came to life by
the question itself: no browser would have sent that cookie, its Max-Age is over. Who ended without
an end is judged: a framework may delete what it refuses.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.core.clock import SystemClock, stopwatch
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.attach.command import attach_settings
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.session_rows import session_row
from tests.apps.clocks.asking import ask_again, list_rows, prune
from tests.apps.clocks.cells import (
    GROUPS,
    LIFE,
    SECRET,
    TTL,
    Group,
    RunningCells,
    answers,
    cells_of,
    client_of,
    each,
)
from tests.engines import MongoServer, PostgresServer
from tests.servers import RedisServer

CLOCK = SystemClock()
RETURN = 9.0
"""Seconds after the login at which the active visitors come back."""
SAMPLES = (17.0, 36.0)
"""Seconds after the login at which app and tool are compared: lives end at 12, 21, 24, 29, 41 s."""
APART = 2.5
"""Seconds between the logins of two groups: all at once they would be late."""
LATE = 3.0
"""Seconds after which a sample may be beyond an end that it was planned before."""
SLOWER = (2, 4)
"""How many times as long all is, where another program held the machine up, and then again."""
JUDGED = 0.8
"""The share of visitors of whom something must be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the tool says at one moment."""

    listed: dict[str, bool]
    """Session to whether `sessions list` calls it live."""
    ends: dict[str, float]
    """Session to the end of its row, by the same list."""
    watched: dict[str, bool]
    """Session to whether the screen of `attach` calls it live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What tool and app say at one moment, and the app again after a prune."""

    before: Look
    app: dict[str, bool]
    after: Look
    after_prune: dict[str, bool]
    at: float
    """When the last answer had come."""
    lateness: float
    """Seconds after the planned moment, by a clock on which lives are as long as ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All samples of one group, and whose sessions they are about."""

    names: dict[str, str]
    """Session to cell and visitor."""
    samples: list[Sample] = field(default_factory=list)

    def differences(self, read: Callable[[Look], dict[str, bool]]) -> list[str]:
        """Return in what the tool, read so, and the app differ."""
        found: list[str] = []
        judged = 0
        for sample in self.samples:
            before = read(sample.before)
            after = read(sample.after)
            for session, name in self.names.items():
                said = before.get(session, False)
                has_ended = sample.before.ends.get(session, math.inf) <= sample.at
                is_sent_late = not said  # these clients send cookies beyond their Max-Age
                if said != after.get(session, False) and (has_ended or is_sent_late):
                    continue
                judged += 1
                if said != sample.app[session]:
                    found.append(f"{name}: live is {said}, signed in is {not said}")
        assert judged >= JUDGED * len(self.names) * len(self.samples)
        return found


@contextmanager
def attached(port: int, store: str, layout: str) -> Iterator[RunningAttachment]:
    command = ["attach", f"http://127.0.0.1:{port}", "--secret", SECRET, "--store", store]
    named = ["--layout", layout, "--write"]
    attachment = start_attachment(attach_settings(parse([*command, *named])))
    try:
        yield attachment
    finally:
        attachment.stop()


def watched(attachment: RunningAttachment, sessions: Sequence[str]) -> dict[str, bool]:
    """Return which sessions the screen of `attach` calls live."""
    state = fold(State(), attachment.journal.since(0)[0])
    now = attachment.clock.now()
    rows = {session: session_row(state, session, now) for session in sessions}
    return {session: row is not None and row.life == "live" for session, row in rows.items()}


async def look(group: Group, store: str, attachment: RunningAttachment, known: list[str]) -> Look:
    found = await ask_again(lambda: list_rows(group, store))
    rows = {str(row["session"]): row for row in found}
    ends = {name: row["expires"] for name, row in rows.items()}
    return Look(
        listed={name: row["state"] != "expired" for name, row in rows.items()},
        ends={name: end for name, end in ends.items() if isinstance(end, float)},
        watched=watched(attachment, known),
    )


async def watch(group: Group, cells: RunningCells, store: str, slower: int = 1) -> Report:
    """Sign in, come back, wait, and compare."""
    with attached(cells.port, store, group.layout) as attachment:
        async with client_of(attachment.base_url) as client:
            visitors = cells.visitors()
            start = stopwatch()

            async def sleep_until(moment: float) -> None:
                await asyncio.sleep(max(0.0, start + moment * slower - stopwatch()))

            await each(visitors, lambda visitor: visitor.sign_in(client))
            report = Report(names={v.session: f"{v.cell}, {v.is_active=}" for v in visitors})
            known = list(report.names)

            async def take_sample(planned: float) -> Sample:
                before = await look(group, store, attachment, known)
                app = await answers(client, visitors)
                after = await look(group, store, attachment, known)
                await ask_again(lambda: prune(attachment))
                again = await answers(client, visitors)
                return Sample(
                    before=before,
                    app=app,
                    after=after,
                    after_prune=again,
                    at=CLOCK.now(),
                    lateness=(stopwatch() - start) / slower - planned,
                )

            await sleep_until(RETURN)
            await answers(client, [visitor for visitor in visitors if visitor.is_active])
            for moment in SAMPLES:
                await sleep_until(moment)
                report.samples.append(await take_sample(moment))
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A group, and its store by the names that its app and the tool have for it."""

    group: Group
    app_url: str
    store: str
    folder: Path

    def run(self, slower: int = 1) -> AbstractContextManager[RunningCells]:
        """Run the cells, with lives so many times as long."""
        lives = {"life": LIFE * slower, "ttl": TTL * slower}
        return cells_of(self.group, self.app_url, self.folder, **lives)

    async def watch_in_time(self, cells: RunningCells, wait: float) -> Report:
        """Watch, and with longer lives where another program held the machine up."""
        await asyncio.sleep(wait)
        report = await watch(self.group, cells, self.store)
        for slower in SLOWER:
            if max(sample.lateness for sample in report.samples) <= LATE:
                break
            with ExitStack() as stack:
                begun = await asyncio.to_thread(stack.enter_context, self.run(slower))
                report = await watch(self.group, begun, self.store, slower)
        return report


def store_of(group: Group, number: int, request: pytest.FixtureRequest, folder: Path) -> list[str]:
    """Return [URL for the app, URL for the tool] of a store of the group's own."""
    if not group.engine:
        file = folder / f"{group.name}.db"
        url = f"sqlite://{file}"
        if group.env["STORE"] == "sqlalchemy":
            return [f"sqlite:///{file}", url]
        return [url, url]
    server = request.getfixturevalue(f"{group.engine}_server")
    if isinstance(server, RedisServer):
        url = f"{server.url.rstrip('/').removesuffix('/0')}/{number}"
    elif isinstance(server, MongoServer):
        url = server.url.replace("/auth", f"/clocks{number}")
    else:
        url = new_database(server, f"clocks{number}")
    return [url, url]


def new_database(server: PostgresServer, name: str) -> str:
    async def make() -> None:
        connection = await asyncpg.connect(server.url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(make())
    return f"{server.url.rpartition('/')[0]}/{name}"


@pytest.fixture(scope="module")
def reports(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Report]:
    """Watch all groups at once: most of the time is waiting."""
    folder = tmp_path_factory.mktemp("clocks")
    with ExitStack() as stack:
        running = []
        for number, group in enumerate(GROUPS, 1):
            app_url, store = store_of(group, number, request, folder)
            watched = Watched(group=group, app_url=app_url, store=store, folder=folder)
            running.append((watched, stack.enter_context(watched.run())))

        async def watch_all() -> list[Report]:
            watching = (
                one.watch_in_time(cells, number * APART)
                for number, (one, cells) in enumerate(running)
            )
            return await asyncio.gather(*watching)

        found = asyncio.run(watch_all())
    return {group.name: report for group, report in zip(GROUPS, found, strict=True)}


@pytest.fixture(params=[group.name for group in GROUPS])
def report(request: pytest.FixtureRequest, reports: dict[str, Report]) -> Report:
    return reports[request.param]


def test_somebody_is_signed_in(report: Report) -> None:
    assert any(any(sample.app.values()) for sample in report.samples)


def test_the_list_calls_live_what_the_app_accepts(report: Report) -> None:
    assert report.differences(lambda look: look.listed) == []


def test_the_screen_calls_live_what_the_app_accepts(report: Report) -> None:
    assert report.differences(lambda look: look.watched) == []


def test_prune_deletes_nothing_that_the_app_still_accepts(report: Report) -> None:
    accepted = 0
    for sample in report.samples:
        for session, name in report.names.items():
            # a store that drops its rows by itself may have done so before the prune
            was_there = session in sample.after.listed
            has_ended = sample.after.ends.get(session, math.inf) <= sample.at
            may_have_ended = has_ended and sample.lateness > LATE
            if not sample.app[session] or not was_there or may_have_ended:
                continue
            accepted += 1
            assert sample.after_prune[session], name
    assert accepted

"""Nothing that a stranger sends ends the watching, or what is watched with.

Each example goes the whole way: proxy, store, provider or recorded file, journal, fold, every
selector and board, some of them painted, JSON, recording, replay. `make fuzz` goes it 20,000 times.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.wire import event_from_json, event_to_json
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.sample import ListFeed
from tests.whole_way.hostile import Case, cases
from tests.whole_way.scene import WholeWay
from tests.whole_way.selectors import compute_all

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
PAINTED = max(50, EXAMPLES // 100)
"""Examples that are drawn in the app as well."""
VIEWS = ("2", "3", "4", "5", "6", "7", "8", "9", "1", "enter")


@pytest.fixture(scope="module")
def whole_way() -> Iterator[WholeWay]:
    found = WholeWay()
    yield found
    found.close()
    print(f"{Seen.count} examples went the whole way, {Seen.painted} of them painted")


class Seen:
    """How many examples there were."""

    count = 0
    painted = 0


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # an example is a few lines; to shrink it takes minutes of requests
)
@seed(20_261_015)
@given(case=cases)
def test_nothing_that_a_stranger_sends_ends_the_watching(
    whole_way: WholeWay, tmp_path_factory: pytest.TempPathFactory, case: Case
) -> None:
    events = whole_way.send(case)
    assert [event for event in events if isinstance(event, WatchFailed)] == []
    state = fold(State(), events)
    now = whole_way.running.clock.now()
    for text in compute_all(state, now):
        strictly(text)
    check_recording(tmp_path_factory.getbasetemp() / "tape.jsonl", events, now)
    Seen.count += 1
    if Seen.count % max(1, EXAMPLES // PAINTED) == 0:
        Seen.painted += 1
        asyncio.run(paint(events, now))


def check_recording(path: Path, events: Sequence[Event], now: float) -> None:
    """Write events as JSON and as a recording; what is played again is what was written."""
    for event in events:
        line = event_to_json(event)
        strictly(line)
        assert event_to_json(event_from_json(line)) == line
    journal = Journal()
    for event in events:
        journal.publish(event)
    recorder = Recorder(journal, str(path))
    recorder.close()
    assert recorder.count == len(events)
    feed = ReplayFeed(str(path))
    played, lost = feed.since(0)
    assert (len(played), lost) == (len(events), 0)
    compute_all(fold(State(), played), now)


def strictly(text: str) -> object:
    return json.loads(text, parse_constant=refuse)


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


async def paint(events: Sequence[Event], now: float) -> None:
    """Draw every view; the app must still be there after the last."""
    app = InspectorApp(ListFeed(events, now), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for key in VIEWS:
            await pilot.press(key)
            await pilot.pause()
        assert app.is_running
        assert app.crash is None
        assert not app.bridge.state.lab.failures


def test_the_cases_of_the_field_go_the_whole_way(whole_way: WholeWay) -> None:
    """nan-app.mjs and jwt-exp-1e999.txt of the issue, and its other sentences."""
    sid = "connect.sid=s%3AabcabcabcabcabcabcabcabcabcabcAB.c2lnbmF0dXJl; Path=/"
    jwt = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1IiwiaWF0IjoxLCJleHAiOjFlOTk5fQ.c2ln"
    deep = base64.urlsafe_b64encode(b"[" * 330 + b"]" * 330).decode().rstrip("=")
    found = [
        Case(
            "set-cookie", f"{sid}; Max-Age=NaN; HttpOnly; SameSite=Lax", f"{sid}; Max-Age=Infinity"
        ),
        Case(
            "set-cookie",
            f"{sid}; Max-Age=undefined; Expires=Invalid Date",
            f"{sid}; Max-Age={'9' * 20}",
        ),
        Case(
            "set-cookie", f"{sid}; Expires=Fri, 31 Dec 9999 23:59:59 GMT", "tok=; Path=/; Max-Age=0"
        ),
        Case(
            "set-cookie",
            f"{sid}; Expires=Mon, 01 Jan 0001 00:00:00 +2359",
            f"{sid}; Max-Age={'9' * 400}",
        ),
        Case("cookie", f"tok={jwt}", f"tok={jwt}; Max-Age=1e400"),
        Case("cookie", f"session={deep}.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", f"session={deep}"),
        Case("url", "//[", "http://["),
        Case("url", "/cb?state=a&iss=http://[", "https://id.test/?to=http://["),
        Case("url", "/login", "https://[/authorize?client_id=a&state=b&redirect_uri=http://["),
        Case("header", "Location: http://[", "Expires: Mon, 01 Jan 0001 00:00:00 +2359"),
        Case("row", '{"cookie":{},"user":' + "[" * 330 + "]" * 330 + "}", "sess:a", 1e12),
        Case("row", '{"cookie":{"originalMaxAge":' + "9" * 400 + '},"exp":NaN}', "sess:a", None),
    ]
    for case in found:
        events = whole_way.send(case)
        assert [event for event in events if isinstance(event, WatchFailed)] == []
        for text in compute_all(fold(State(), events), 1.8e9):
            strictly(text)
        asyncio.run(paint(events, 1.8e9))

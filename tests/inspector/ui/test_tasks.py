"""Five tasks are done with the keys of docs/tasks.md, at most four from the first screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.core.commands import RunScenario
from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import NO_PROXY
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionResurrected,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import ShownObject
from session_inspector.inspector.keys import ALL, spell_keys
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.sample import NOW, ListFeed, login, server
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.test_actions import opening
from tests.inspector.ui.test_attached import attached
from tests.inspector.ui.waiting import press, settle

PAGE = Path(__file__).parents[3] / "docs" / "tasks.md"
TASK = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"^\| `(.+?)` \|", re.MULTILINE)
TEXTUAL = {spell_keys(key).split(" ")[0]: key.keys.split(",")[0] for key in ALL}
"""A key as people read it to Textual's name."""
HERE: list[Event] = [
    server(NOW),
    *login("carol", NOW - 90, 10, "lab:carol"),
    *login("alice", NOW - 60, 20, "lab:alice"),
]
LOGOUT = ExchangeStarted(
    at=NOW - 30,
    cause="x90",
    exchange="x90",
    method="GET",
    path="/auth/logout",
    client="lab:carol",
)


def tasks() -> dict[str, list[str]]:
    """Return each task of the page, and its keys."""
    return {title: KEY.findall(body) for title, body in TASK.findall(PAGE.read_text())}


def ended() -> ListFeed:
    over = SessionDestroyed(at=NOW - 30, cause="x90", session="carol", reason="logout")
    return ListFeed([*HERE, LOGOUT, over])


def grown() -> ListFeed:
    (write,) = [
        event for event in HERE if isinstance(event, SessionWritten) and event.session == "alice"
    ]
    data: ShownObject = {**write.facts.data, "permissions": ["read:" + "x" * 1800]}
    facts = replace(write.facts, data=data, size=write.facts.size + 1840)
    return ListFeed([*HERE, replace(write, at=NOW - 5, reason="update", facts=facts)])


def resurrected() -> ListFeed:
    back = SessionResurrected(
        at=NOW - 10,
        cause="x90",
        session="alice",
        destroyed_by="x91",
        destroyed_at=NOW - 20,
        reason="r",
    )
    return ListFeed([*HERE, replace(LOGOUT, path="/slow"), back])


def short_ttl() -> ListFeed:
    feed = attached()
    (write,) = [
        event
        for event in feed.journal.since(0)[0]
        if isinstance(event, SessionWritten) and event.session == "alice"
    ]
    timers = (
        Timer(name="cookie", ends=NOW + 86_400),
        Timer(name="store", ends=NOW + 3_600, ends_session=True),
    )
    facts = replace(write.facts, timers=timers, layout="connect-redis")
    feed.journal.publish(replace(write, at=NOW - 5, facts=facts))
    return feed


def log_in_again(feed: ListFeed) -> None:
    """The TTL is mended: cookie and row of the new session end together."""
    timers = (
        Timer(name="cookie", ends=NOW + 86_400),
        Timer(name="store", ends=NOW + 86_400, ends_session=True),
    )
    for event in login("zoe", NOW - 2, 60, "firefox"):
        if isinstance(event, SessionWritten):
            event = replace(event, facts=replace(event.facts, timers=timers))
        feed.journal.publish(event)


FEEDS: dict[str, Callable[[], ListFeed]] = {
    "Find why a session ended": ended,
    "Find the key that grew the cookie": grown,
    "Find who logged out": ended,
    "Reproduce a resurrection": resurrected,
    "Fix a Redis TTL": short_ttl,
}
SEEN: dict[str, dict[str, str]] = {
    "Find why a session ended": {
        "j": "the user logged out",
        "h": "session ended: logout  GET /auth/logout (lab:carol)",
        "enter": "→ x90 GET /auth/logout",
    },
    "Find the key that grew the cookie": {
        "h": "+ permissions",
        "2": "permissions",
        "space": "without permissions",
    },
    "Find who logged out": {
        "h": "session ended: logout  GET /auth/logout (lab:carol)",
        "enter": "→ x90 GET /auth/logout",
    },
    "Reproduce a resurrection": {
        "6": "RESURRECTION",
        "3": "→ x90 GET /slow",
    },
    "Fix a Redis TTL": {"tab": "it is still sent, and refused", "g": "row = cookie"},
}
"""What the screen shows after a key."""


def test_each_task_of_the_page_has_at_most_four_keys_of_the_table() -> None:
    assert set(tasks()) == set(FEEDS) == set(SEEN)
    for title, keys in tasks().items():
        assert 1 <= len(keys) <= 4, title
        assert set(SEEN[title]) <= set(keys)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("title", FEEDS)
async def test_the_keys_of_the_page_do_the_task(title: str, size: tuple[int, int]) -> None:
    feed = FEEDS[title]()
    opened: list[str] = []
    app = InspectorApp(feed, ticks=False, open_url=opening(opened))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in tasks()[title]:
            await press(pilot, TEXTUAL.get(key, key))
            if (title, key) == ("Fix a Redis TTL", "b"):
                log_in_again(feed)
            words = SEEN[title].get(key, "")
            assert words in "\n".join(shown_lines(app)), (key, words)
    if title == "Reproduce a resurrection":
        assert feed.sent == [RunScenario(name="logout-race", kind="stateless")]
    if title == "Fix a Redis TTL":
        assert len(opened) == 1
        assert NO_PROXY not in opened[0]

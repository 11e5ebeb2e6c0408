"""Too many sessions to look through at each repaint: found in a thread, and kept up to date."""

from __future__ import annotations

import pytest

import session_inspector.inspector.ui.lookup as lookup
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.views.search import AT_ONCE
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.sample import NOW, ListFeed, written
from tests.inspector.ui.waiting import until

MANY = AT_ONCE * 2
LONG_AGO = 10 * 86_400


def crowd(count: int, at: float = NOW - 100, first: int = 0) -> ListFeed:
    return ListFeed([person(n, at) for n in range(first, first + count)])


def person(number: int, at: float) -> Event:
    return written(f"s{number}", at, "", who=(f"local|{number}", f"user-{number * 7 % 1000:04d}"))


def names(app: InspectorApp) -> list[str]:
    return [row.who for row in app.screen.query_one(SessionList).rows]


async def test_a_long_list_is_sorted_and_filtered_in_a_thread() -> None:
    app = InspectorApp(crowd(MANY), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(names(app)) == MANY)
        await pilot.press("S")
        await until(pilot, lambda: names(app) == sorted(names(app)) and len(names(app)) == MANY)
        box = app.screen.query_one("#list")
        assert f"{MANY} of {MANY} by user" in str(box.border_title)
        await pilot.press("slash", *"user-00")
        await until(pilot, lambda: 0 < len(names(app)) < MANY)
        assert {name[:7] for name in names(app)} == {"user-00"}


async def test_what_a_search_found_keeps_up_with_new_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup, "REST", 0.0)
    monkeypatch.setattr(lookup, "SHARE", 0)
    feed = crowd(MANY)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("S")
        await until(pilot, lambda: names(app)[:1] == ["user-0000"])
        feed.journal.publish(written("new", NOW, "", who=("local|a", "aaron")))
        await until(pilot, lambda: names(app)[:1] == ["aaron"])


async def test_what_was_found_in_a_store_is_shown_by_its_login_and_the_mark_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup, "REST", 0.0)
    monkeypatch.setattr(lookup, "SHARE", 0)
    ages = [n * 7919 % 1000 for n in range(1000)]
    feed = ListFeed([person(n, NOW - 60 * age) for n, age in enumerate(ages)])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(names(app)) == 1000)
        await pilot.press("j", "j", "j")
        marked = app.view.session

        def created() -> list[float]:
            return [row.created_at or 0 for row in app.screen.query_one(SessionList).rows]

        await until(pilot, lambda: created() == sorted(created(), reverse=True))
        assert app.view.session == marked
        here = app.screen.query_one(SessionList).current
        assert here is not None
        assert here.session == marked
        feed.journal.publish(written("new", NOW, "", who=("local|a", "aaron")))
        await until(pilot, lambda: names(app)[:1] == ["aaron"])
        assert app.view.session == marked


async def test_a_list_that_nobody_has_touched_stays_at_its_top() -> None:
    feed = crowd(MANY)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(names(app)) == MANY)
        feed.journal.publish(written("new", NOW, "", who=("local|a", "aaron")))
        await until(pilot, lambda: app.view.session == "new")
        await pilot.press("j")
        marked = app.view.session
        feed.journal.publish(written("newer", NOW + 1, "", who=("local|b", "berta")))
        await until(pilot, lambda: names(app)[:1] == ["berta"])
        assert app.view.session == marked != "new"


async def test_sessions_that_a_clock_ended_are_counted_in_a_long_list_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup, "REST", 0.0)
    monkeypatch.setattr(lookup, "SHARE", 0)
    feed = crowd(MANY, NOW - LONG_AGO)
    for number in range(MANY, MANY + 30):
        feed.journal.publish(person(number, NOW))
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: counted(app) == MANY)
        await pilot.press("1")
        assert f"30 live · {MANY} over" in shown(app)


async def test_a_short_list_is_counted_at_once() -> None:
    app = InspectorApp(crowd(AT_ONCE, NOW - LONG_AGO), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.view.run_out.live == AT_ONCE)


def counted(app: InspectorApp) -> int:
    """Draw, as each second does, and so count again: a first count may have seen a part only."""
    app.draw()
    return app.view.run_out.live


def shown(app: InspectorApp) -> str:
    """Return the header as text."""
    bar = app.screen.query_one("#status")
    return "\n".join(strip.text for strip in bar.render_lines(bar.size.region))

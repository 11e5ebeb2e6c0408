"""A filter of the requests leaves the cursor on the session that the title names."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.commands import RefreshTokens
from tests.inspector.sample import NOW, ListFeed, ended, login, server, started
from tests.inspector.ui.test_targets import SIZE, app_of, reach, session_under
from tests.inspector.ui.waiting import press


@pytest.mark.parametrize(
    ("query", "target"), [("-path:/slow", "alice"), ("client:lab:carol", "carol")]
)
async def test_a_filter_of_the_requests_leaves_the_cursor_on_the_session_that_is_named(
    query: str, target: str
) -> None:
    feed = ListFeed(
        [
            server(NOW),
            *login("alice", NOW - 60, 20, "lab:alice"),
            started("x21", NOW - 50, "/slow", "lab:alice"),
            ended("x21", NOW - 50, 200, "alice"),
            *login("carol", NOW - 30, 30, "lab:carol", who=("local|carol", "Carol Chen")),
        ]
    )
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3")
        await reach(pilot, "alice")
        await press(pilot, "j")
        await press(pilot, "slash", *query, "enter")
        assert session_under(app) == target
        assert app.view.session == target, "what is hidden is no target"
        await press(pilot, "t")
    assert feed.sent == [RefreshTokens(session=target)]

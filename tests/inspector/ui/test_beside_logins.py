"""What happens at the provider beside logins is told in plain words, in a small terminal too."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login import (
    KnobApplied,
    LogoutFrameShown,
    LogoutTokenSent,
    StepFailed,
    TokenRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.sample import NOW, ListFeed, server
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.waiting import press

HOSTILE = "[red]\x1b]0;x\x07"
EVENTS: list[Event] = [
    server(NOW - 60),
    TokenRefused(
        at=NOW - 9, token="proof", digest="d", code="use_dpop_nonce", reason="no nonce yet"
    ),
    KnobApplied(at=NOW - 8, cause="x1", knob="wrong_type", detail="typ is at+jwt, not JWT"),
    StepFailed(at=NOW - 7, step="cross_origin", code="origin_not_registered", reason=HOSTILE),
    LogoutFrameShown(at=NOW - 6, client_id="front", uri="http://f/out", sub="u", sid="s"),
    LogoutTokenSent(
        at=NOW - 5, client_id="back", uri="u", sub="u", sid="s", status=400, reason="nonce"
    ),
]
WORDS = (
    "logout, failed",
    "front: front-channel, a frame of http://f/out",
    "back: back-channel refused (400): nonce",
    "a script",
    "cross origin: origin_not_registered: [red]",
    "the provider",
    "wrong type: typ is at+jwt, not JWT",
    "DPoP proof, done",
    "a nonce is asked for (use_dpop_nonce)",
)


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_the_login_view_tells_them_in_plain_words(size: tuple[int, int]) -> None:
    feed = ListFeed(EVENTS)
    app = InspectorApp(feed, read_only=False, ticks=False, open_url=lambda url: True)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "5")
        screen = "\n".join(shown_lines(app))
    assert [word for word in WORDS if word not in screen] == []
    assert "\x1b" not in screen

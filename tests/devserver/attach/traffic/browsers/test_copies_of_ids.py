"""A copy in another browser, to which the app gives an id of its own (Spring's remember-me)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import CookieReused, SessionWritten
from tests.devserver.attach.traffic.scene import TrafficScene

FIRST = "JSESSIONID=9F86D081884C7D659A2FEAA0C55AD015"
SECOND = "JSESSIONID=60303AE22B998861BCE3B28F33EEC1BE"
THIRD = "JSESSIONID=FD61A03AF4F77D870FC21E05E7E80678"
REMEMBER = "remember-me=YWxpY2U6MTc2MDAwMDAwMDAwMDpTSEEyNTY6OWY4NmQwODE4ODRj"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    """Firefox logs in, and its id is drawn anew."""
    found = TrafficScene(named=("JSESSIONID", "remember-me"))
    await found.visit("GET /me", status=302, location="/login")
    found.browser = "firefox"
    lines = [f"{one}; Path=/; HttpOnly" for one in (FIRST, REMEMBER)]
    await found.visit("POST /login", "", *lines, status=302, location="/")
    await found.visit("GET /me", f"{FIRST}; {REMEMBER}")
    await found.visit("POST /passwd", f"{FIRST}; {REMEMBER}", f"{SECOND}; Path=/; HttpOnly")
    yield found
    found.opener.close()


@pytest.mark.parametrize("brought", [f"{FIRST}; {REMEMBER}", REMEMBER])
async def test_an_id_is_not_old_because_a_copy_in_another_browser_got_one(
    scene: TrafficScene, brought: str
) -> None:
    scene.clock.advance(5)
    scene.browser = "thief"
    count = len(scene.take(SessionWritten))
    await scene.visit("GET /me", brought, f"{THIRD}; Path=/; HttpOnly")
    assert len(scene.take(SessionWritten)) == count, "Firefox's session was not written"
    reused = len(scene.take(CookieReused))
    scene.clock.advance(5)
    await scene.visit("GET /me", f"{THIRD}; {REMEMBER}")
    scene.browser = "firefox"
    await scene.visit("GET /me", f"{SECOND}; {REMEMBER}")
    assert len(scene.take(CookieReused)) == reused


async def test_an_id_that_is_drawn_anew_for_who_brought_it_is_replaced(
    scene: TrafficScene,
) -> None:
    """The near miss, by its own browser or by a copy."""
    for browser, old, new in (("firefox", SECOND, THIRD), ("thief", THIRD, FIRST)):
        scene.browser = browser
        scene.clock.advance(5)
        await scene.visit("POST /passwd", f"{old}; {REMEMBER}", f"{new}; Path=/; HttpOnly")
        assert scene.take(SessionWritten)[-1].reason == "rotate"
        scene.clock.advance(5)
        scene.browser = "firefox"
        await scene.visit("GET /me", f"{old}; {REMEMBER}")
        assert scene.take(CookieReused)[-1].outcome == "accepted"

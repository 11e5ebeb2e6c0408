"""A logout that leaves a cookie of its session, which brings the session back.

The app forgets the remember-me cookie at its logout: `sid` goes, `remember` stays.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionWritten,
)
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_learned_sessions import FIRST, GONE, access, refresh, token
from tests.devserver.attach.traffic.test_remembering_cookies import REMEMBER as FLASK_REMEMBER
from tests.devserver.attach.traffic.test_remembering_cookies import SECRET, session

SID = "sid=0f1e2d3c4b5a69788796a5b4c3d2e1f0"
AGAIN = "sid=f0e1d2c3b4a5968778695a4b3c2d1e0f"
REMEMBER = "remember=QmV0d2VlbiB0d28gZmlyZXMgYW5kIGEgcm9hZA"
RENEWED = "remember=QSBzZWNvbmQgb25lLCBhcyBsb25nIGFzIHRoYXQ"
SID_GONE = "sid=; Max-Age=0; Path=/"
REMEMBER_GONE = "remember=; Max-Age=0; Path=/"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    await found.visit("GET /me", "", status=401)
    await found.visit("POST /login", "", f"{SID}; HttpOnly", f"{REMEMBER}; HttpOnly; Max-Age=99999")
    await found.visit("GET /me", f"{SID}; {REMEMBER}")
    yield found
    found.opener.close()


def told(scene: TrafficScene) -> list[CookieLeft]:
    """Return what was told after the logout itself, which leaves open what it did."""
    return [one for one in scene.take(CookieLeft) if one.outcome != "unknown"]


async def log_out(scene: TrafficScene, *lines: str, request: str = "POST /logout") -> None:
    scene.clock.advance(1)
    await scene.visit(request, f"{SID}; {REMEMBER}", *lines, status=302)
    scene.clock.advance(2)


@pytest.mark.parametrize("request_line", ["POST /logout", "GET /auth/sign-out", "DELETE /session"])
async def test_what_a_logout_left_and_that_brings_a_new_session_cookie_is_told(
    scene: TrafficScene, request_line: str
) -> None:
    await log_out(scene, SID_GONE, request=request_line)
    (asked,) = scene.take(CookieLeft)
    assert (asked.outcome, asked.cause, asked.left_by) == ("unknown", "x4", "x4")
    assert (asked.names, asked.deleted) == (("remember",), ("sid",))
    await scene.visit("GET /shop", REMEMBER, f"{AGAIN}; HttpOnly", f"{RENEWED}; HttpOnly")
    (left,) = told(scene)
    assert (left.names, left.deleted, left.outcome) == (("remember",), ("sid",), "accepted")
    assert (left.left_by, left.cause, left.at - left.left_at) == ("x4", "x5", 2)
    assert (left.request, left.status) == ("GET /shop", 200)
    assert left.session == scene.take(SessionWritten)[0].session


async def test_what_a_guarded_page_accepts_is_told_once(scene: TrafficScene) -> None:
    await log_out(scene, SID_GONE)
    for _ in range(2):
        await scene.visit("GET /me", REMEMBER)
    (left,) = told(scene)
    assert (left.names, left.outcome, left.cause) == (("remember",), "accepted", "x5")


async def test_a_page_that_anybody_may_get_shows_nothing(scene: TrafficScene) -> None:
    await log_out(scene, SID_GONE)
    await scene.visit("GET /", REMEMBER)
    await scene.visit("GET /me", REMEMBER, status=401)
    await scene.visit("GET /me", REMEMBER, f"{AGAIN}; HttpOnly", status=401)
    assert told(scene) == []


async def test_a_session_cookie_that_is_deleted_without_a_logout_is_brought_back_as_meant(
    scene: TrafficScene,
) -> None:
    await log_out(scene, SID_GONE, request="GET /me")
    await scene.visit("GET /me", REMEMBER, f"{AGAIN}; HttpOnly")
    assert told(scene) == []


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_a_logout_that_the_app_refuses_is_none(scene: TrafficScene, status: int) -> None:
    await scene.visit("POST /logout", f"{SID}; {REMEMBER}", SID_GONE, status=status)
    await scene.visit("GET /me", REMEMBER, f"{AGAIN}; HttpOnly")
    assert told(scene) == []


async def test_a_logout_that_deletes_all_of_them_leaves_none(scene: TrafficScene) -> None:
    await log_out(scene, SID_GONE, REMEMBER_GONE)
    await scene.visit("GET /me", REMEMBER)
    assert told(scene) == []
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]


async def test_another_login_after_it_is_one(scene: TrafficScene) -> None:
    await log_out(scene, SID_GONE)
    await scene.visit("POST /login", REMEMBER, f"{AGAIN}; HttpOnly", status=302)
    await scene.visit("GET /me", f"{AGAIN}; {REMEMBER}")
    await scene.visit("GET /me", REMEMBER)
    assert told(scene) == []


async def test_a_request_that_was_under_way_or_that_has_the_deleted_cookie_shows_nothing(
    scene: TrafficScene,
) -> None:
    early = await scene.ask("GET /me", REMEMBER)
    await log_out(scene, SID_GONE)
    await scene.answer(early, f"{AGAIN}; HttpOnly")
    await scene.visit("GET /me", f"{SID}; {REMEMBER}")
    assert told(scene) == []


async def test_a_new_session_cookie_that_visitors_get_too_is_no_proof_until_it_is_accepted(
    scene: TrafficScene,
) -> None:
    """`remember` may be of a known device: the page that sets `sid` sets one for everybody."""
    await scene.visit("GET /start", "", "sid=11112222333344445555666677778888; HttpOnly")
    await log_out(scene, SID_GONE)
    await scene.visit("GET /", REMEMBER, f"{AGAIN}; HttpOnly")
    assert [one.outcome for one in told(scene)] == ["renewed"]
    await scene.visit("GET /me", f"{AGAIN}; {REMEMBER}", status=401)
    await scene.visit("GET /shop", f"{AGAIN}; {REMEMBER}")
    assert len(told(scene)) == 1
    await scene.visit("GET /me", f"{AGAIN}; {REMEMBER}")
    assert [one.outcome for one in told(scene)] == ["renewed", "accepted"]


async def test_an_app_that_gives_visitors_none_gives_it_to_a_user(scene: TrafficScene) -> None:
    await scene.visit("GET /start", "")
    await log_out(scene, SID_GONE)
    await scene.visit("GET /", REMEMBER, f"{AGAIN}; HttpOnly")
    assert [one.outcome for one in told(scene)] == ["accepted"]


async def test_a_session_that_can_be_read_is_brought_back_by_the_cookie_beside_it() -> None:
    it = TrafficScene(SECRET)
    own = session("alice", fresh=True)
    await it.visit("POST /login", "", f"{FLASK_REMEMBER}; Path=/", f"{own}; Path=/")
    it.clock.advance(1)
    await it.visit("POST /logout", f"{FLASK_REMEMBER}; {own}", "session=; Max-Age=0", status=302)
    it.clock.advance(1)
    await it.visit("GET /", FLASK_REMEMBER, f"{session('alice', fresh=False)}; Path=/")
    (left,) = told(it)
    assert (left.names, left.deleted) == (("remember_token",), ("session",))
    it.opener.close()


async def test_an_access_token_that_its_refresh_cookie_renews_after_the_logout() -> None:
    it = TrafficScene()
    await it.visit("POST /login", "", access(token()), refresh(FIRST))
    it.clock.advance(1)
    await it.visit("POST /logout", f"refresh={FIRST}", GONE[0])
    it.clock.advance(1)
    await it.visit("POST /refresh", f"refresh={FIRST}", status=401)
    assert told(it) == []
    await it.visit("POST /refresh", f"refresh={FIRST}", access(token()))
    (left,) = told(it)
    assert (left.names, left.deleted) == (("refresh",), ("access",))
    it.opener.close()

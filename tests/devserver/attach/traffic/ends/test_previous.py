"""A first visit that is the login: one response sets the session and what knows a visitor again.

Tornado's `user` beside `vid` (a year) and `ab` (with the browser).
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.outcomes.test_nobody import SECRET, line, signed
from tests.devserver.attach.traffic.scene import TrafficScene

VID = "vid=4c1f3b58-9a51-4b8b-8d2c-3f0a5d1c7e99"
AB = "ab=mZ7Qe1cVb3Kf8Rj2Lx5Np0Wd4Hs6Tg9y"
VISITOR = f"{VID}; {AB}"
DELETED = "user=; Max-Age=0; Path=/"
REMEMBER = "remember=QmV0d2VlbiB0d28gZmlyZXMgYW5kIGEgcm9hZA"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene(SECRET)
    await found.visit("GET /me", "", status=401)
    year = f"{VID}; HttpOnly; Path=/; Max-Age=31536000"
    await found.visit("POST /login", "", year, f"{AB}; HttpOnly; Path=/", line("alice:0"))
    yield found
    found.opener.close()


async def test_a_visitor_s_year_is_not_the_end_of_a_login_that_ends_with_the_browser(
    scene: TrafficScene,
) -> None:
    (written,) = scene.take(SessionWritten)
    (cookie,) = [one for one in written.facts.timers if one.name == "cookie"]
    assert (cookie.ends, cookie.ends_session) == (None, False)


async def test_another_text_at_a_login_is_another_user_s_session(scene: TrafficScene) -> None:
    jar = f"{VISITOR}; {signed('alice:0')}"
    await scene.visit("GET /me", jar)
    await scene.visit("POST /login", jar, line("bob:0"), status=303, location="/me")
    first, second = scene.take(SessionWritten)
    assert (second.reason, second.previous) == ("login", first.session)
    assert second.session != first.session
    assert (first.facts.login, second.facts.login) == ("x2", "x4")
    await scene.visit("GET /me", f"{VISITOR}; {signed('bob:0')}")
    assert scene.take(SessionShownAgain) == [], "what it left is no copy of the session before"
    await scene.visit("GET /me", jar)
    (copy,) = scene.take(SessionShownAgain)
    assert (copy.session, copy.outcome) == (first.session, "accepted")


@pytest.mark.parametrize(
    ("request_line", "text"), [("POST /password", "alice:1"), ("POST /login", "alice:0")]
)
async def test_the_same_text_or_another_one_without_a_login_is_the_same_session(
    scene: TrafficScene, request_line: str, text: str
) -> None:
    scene.clock.advance(5)
    await scene.visit(request_line, f"{VISITOR}; {signed('alice:0')}", line(text), status=303)
    assert len({one.session for one in scene.take(SessionWritten)}) == 1


async def test_a_logout_that_leaves_them_is_open(scene: TrafficScene) -> None:
    """A refresh cookie is refused on such a page, too."""
    jar = f"{VISITOR}; {signed('alice:0')}"
    scene.clock.advance(1)
    await scene.visit("POST /logout", jar, DELETED, status=303, location="/")
    (left,) = scene.take(CookieLeft)
    assert (left.outcome, left.names, left.deleted) == ("unknown", ("ab",), ("user",))
    scene.clock.advance(1)
    await scene.visit("GET /me", VISITOR, status=401)
    assert scene.take(SessionRefused) == []
    assert len(scene.take(CookieLeft)) == 1


async def test_the_next_login_lets_go_of_them(scene: TrafficScene) -> None:
    jar = f"{VISITOR}; {signed('alice:0')}"
    scene.clock.advance(1)
    await scene.visit("POST /logout", jar, DELETED, status=303, location="/")
    scene.clock.advance(1)
    await scene.visit("POST /login", VISITOR, line("bob:0"), status=303, location="/me")
    (ended,) = scene.take(SessionDestroyed)
    assert ended.detail == (
        "x3 deleted user; what it left (ab) has brought nobody back until the next login"
    )
    bob = f"{VISITOR}; {signed('bob:0')}"
    await scene.visit("GET /me", bob)
    assert scene.take(SessionShownAgain) == []
    await scene.visit("POST /logout", bob, DELETED, status=303, location="/")
    first, second = scene.take(SessionDestroyed)
    assert (first.session, second.reason) == (ended.session, "logout")
    assert second.session == scene.take(SessionWritten)[-1].session
    assert len(scene.take(CookieLeft)) == 1, "nothing of bob's is left"


async def test_what_may_remember_somebody_is_not_let_go() -> None:
    scene = TrafficScene(SECRET)
    long = f"{REMEMBER}; HttpOnly; Path=/; Max-Age=2592000"
    await scene.visit("POST /login", "", line("alice:0"), long)
    (cookie,) = [one for one in scene.take(SessionWritten)[0].facts.timers if one.name == "cookie"]
    assert (cookie.is_assumed, cookie.cookies) == (True, ("remember",))
    jar = f"{REMEMBER}; {signed('alice:0')}"
    await scene.visit("POST /login", jar, line("bob:0"), status=303, location="/me")
    await scene.visit("POST /logout", f"{REMEMBER}; {signed('bob:0')}", DELETED, status=303)
    assert scene.take(CookieLeft) == [] or scene.take(CookieLeft)[0].names == ("remember",)
    scene.opener.close()

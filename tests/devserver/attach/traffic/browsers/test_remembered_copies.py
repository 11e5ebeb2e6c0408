"""A copy of a remembering cookie, which is accepted after the logout (Spring's remember-me)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.scene import TrafficScene

HTTP = "; Path=/; HttpOnly"
VISITOR = "JSESSIONID=0A1B2C3D4E5F60718293A4B5C6D7E8F9"
FIRST = "JSESSIONID=9F86D081884C7D659A2FEAA0C55AD015"
SECOND = "JSESSIONID=60303AE22B998861BCE3B28F33EEC1BE"
AFTER = "JSESSIONID=FD61A03AF4F77D870FC21E05E7E80678"
THIEFS = "JSESSIONID=2C26B46B68FFC68FF99B453C1D304134"
REMEMBER = "remember-me=YWxpY2U6MTc2MDAwMDAwMDAwMDpTSEEyNTY6OWY4NmQwODE4ODRj"
BOTH = f"{SECOND}; {REMEMBER}"
AWAY = "/login"


async def log_in_and_out() -> TrafficScene:
    """Firefox logs in, and out: Spring deletes remember-me, and leaves JSESSIONID."""
    found = TrafficScene()
    await found.visit("GET /")
    await found.visit("GET /me", "", f"{VISITOR}{HTTP}", status=302, location=AWAY)
    found.browser = "firefox"
    await found.visit("GET /ro", "", f"{FIRST}{HTTP}", status=302, location=AWAY)
    lines = (f"{SECOND}{HTTP}", f"{REMEMBER}{HTTP}; Max-Age=3600")
    await found.visit("POST /login", FIRST, *lines, status=302, location="/")
    await found.visit("GET /me", BOTH)
    found.clock.advance(5)
    gone = "remember-me=; Path=/; Max-Age=0"
    await found.visit("POST /logout", BOTH, gone, status=302, location="/login?logout")
    return found


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    """What the logout left is turned away."""
    found = await log_in_and_out()
    await found.visit("GET /me", SECOND, f"{AFTER}{HTTP}", status=302, location=AWAY)
    assert [one.cause for one in found.take(SessionRefused)] == ["x7"]
    found.clock.advance(5)
    found.browser = "thief"
    yield found
    found.opener.close()


@pytest.mark.parametrize("brought", [BOTH, REMEMBER])
async def test_a_copy_that_a_guarded_page_accepts_is_one_of_the_session_that_was_logged_out(
    scene: TrafficScene, brought: str
) -> None:
    listed = len(scene.take(SessionLoaded))
    await scene.visit("GET /", brought, f"{THIEFS}{HTTP}")
    await scene.visit("GET /ro", f"{THIEFS}; {REMEMBER}")
    (written,) = scene.take(SessionWritten)
    shown = scene.take(SessionShownAgain)
    assert [one.session for one in shown] == [written.session, written.session]
    assert [(one.cause, one.outcome) for one in shown] == [("x8", "public"), ("x9", "accepted")]
    assert [(one.ended, one.ended_by) for one in shown] == [("logout", "x6")] * 2
    assert scene.take(SessionSeen) == [], "the thief's id is of that session"
    assert len(scene.take(SessionLoaded)) == listed, "it is not live: the logout has ended it"


async def test_a_copy_that_is_turned_away_is_refused(scene: TrafficScene) -> None:
    """The near miss."""
    await scene.visit("GET /me", BOTH, f"{THIEFS}{HTTP}", status=302, location=AWAY)
    await scene.visit("GET /ro", f"{THIEFS}; {REMEMBER}", status=302, location=AWAY)
    assert {one.outcome for one in scene.take(SessionShownAgain)} <= {"refused", "unknown"}
    assert scene.take(SessionSeen) == []


async def test_a_copy_with_which_a_form_was_sent_may_have_logged_in(scene: TrafficScene) -> None:
    """The near miss: `POST /gate` may be a login, by a name that nobody knows."""
    await scene.visit("GET /", BOTH, f"{THIEFS}{HTTP}")
    await scene.visit("POST /gate", f"{THIEFS}; {REMEMBER}", status=302, location="/ro")
    await scene.visit("GET /ro", f"{THIEFS}; {REMEMBER}")
    assert "accepted" not in [one.outcome for one in scene.take(SessionShownAgain)]


async def test_what_the_logout_left_is_no_copy() -> None:
    """The near miss: the owner's own browser, with what the logout left there."""
    scene = await log_in_and_out()
    await scene.visit("GET /me", SECOND, status=302, location=AWAY)
    await scene.visit("GET /ro", SECOND)
    assert scene.take(SessionShownAgain) == []
    assert [one.outcome for one in scene.take(CookieLeft)] == ["unknown", "accepted"]
    scene.opener.close()


async def test_an_id_of_a_visitors_that_a_page_accepts_is_listed_with_its_name() -> None:
    scene = TrafficScene()
    await scene.visit("GET /me", "", f"{FIRST}{HTTP}", status=302, location=AWAY)
    await scene.visit("GET /ro", FIRST)
    (seen,) = scene.take(SessionSeen)
    assert seen.facts.name == "JSESSIONID · format unknown"
    assert (seen.facts.kind, seen.facts.size) == ("unknown", 32)
    scene.opener.close()


async def test_a_first_answer_that_logs_in_sets_the_id_beside_what_remembers() -> None:
    scene = TrafficScene()
    await scene.visit("GET /me", "", f"{VISITOR}{HTTP}", status=302, location=AWAY)
    lines = (f"{FIRST}{HTTP}", f"{REMEMBER}{HTTP}; Max-Age=3600")
    await scene.visit("POST /login", "", *lines, status=302, location="/")
    (written,) = scene.take(SessionWritten)
    assert written.facts.name == "JSESSIONID, remember-me · format unknown"
    scene.opener.close()

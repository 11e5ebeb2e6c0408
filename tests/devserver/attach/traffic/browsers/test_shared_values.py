"""One user in two browsers, whose logins set the same bytes."""

from __future__ import annotations

import base64

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.decoders.codecs.mac import mac
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_remembering_cookies import GONE, REMEMBER, SECRET, session

KEY = "rr-secret-rr-secret"
LOGGED_OUT = "__session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"


def react_router(user: str) -> str:
    """Return a cookie of React Router's createCookieSessionStorage, which has no time in it."""
    value = base64.b64encode(f'{{"userId":"{user}"}}'.encode()).decode()
    signature = base64.b64encode(mac(KEY.encode(), value)).decode().rstrip("=")
    return f"__session={value}.{signature}"


def line(user: str) -> str:
    return f"{react_router(user)}; Path=/; HttpOnly"


async def in_two(first: str, second: str) -> TrafficScene:
    it = TrafficScene(KEY)
    await it.visit("GET /me", "", status=302, location="/login")
    for browser in (first, second):
        it.browser = browser
        await it.visit("POST /login", "", line("alice"), status=303)
    return it


async def test_two_browsers_that_get_the_same_bytes_have_a_session_each() -> None:
    it = await in_two("firefox", "chrome")
    one, other = it.take(SessionWritten)
    assert one.session != other.session
    assert (other.reason, other.previous, other.facts.sub) == ("login", "", "alice")
    it.opener.close()


async def test_the_logout_of_one_ends_not_the_other_whose_next_request_is_no_copy() -> None:
    it = await in_two("firefox", "chrome")
    one, other = it.take(SessionWritten)
    it.browser = "firefox"
    await it.visit("POST /logout", react_router("alice"), LOGGED_OUT, status=303)
    assert [end.session for end in it.take(SessionDestroyed)] == [one.session]
    it.browser = "chrome"
    await it.visit("GET /me", react_router("alice"))
    assert it.take(SessionShownAgain) == []
    assert it.take(SessionLoaded)[-1].session == other.session
    it.browser = "firefox"
    await it.visit("GET /me", react_router("alice"))
    assert [(again.session, again.outcome) for again in it.take(SessionShownAgain)] == [
        (one.session, "accepted")
    ]
    it.opener.close()


async def test_a_copy_in_a_browser_that_no_login_gave_it_to_is_of_the_first_one() -> None:
    it = await in_two("firefox", "firefox")
    it.browser = "thief"
    await it.visit("GET /me", react_router("alice"))
    assert {loaded.session for loaded in it.take(SessionLoaded)} == {
        written.session for written in it.take(SessionWritten)
    }
    it.opener.close()


async def test_browsers_that_cannot_be_told_apart_are_counted() -> None:
    it = await in_two("chrome", "chrome")
    one, other = it.take(SessionWritten)
    assert other.session == one.session
    assert str(other.facts.data["logins with the same value"]).startswith("2, ")
    await it.visit("POST /logout", react_router("alice"), LOGGED_OUT, status=303)
    await it.visit("GET /me", react_router("alice"))
    assert it.take(SessionDestroyed) == []
    assert it.take(SessionShownAgain) == []
    assert "logins with the same value" not in it.take(SessionSeen)[-1].facts.data
    await it.visit("POST /logout", react_router("alice"), LOGGED_OUT, status=303)
    await it.visit("GET /me", react_router("alice"))
    assert len(it.take(SessionDestroyed)) == len(it.take(SessionShownAgain)) == 1
    it.opener.close()


async def test_what_changes_to_the_bytes_of_the_other_browser_stays_its_own() -> None:
    it = await in_two("firefox", "chrome")
    one, other = it.take(SessionWritten)
    for browser in ("firefox", "chrome"):
        it.browser = browser
        await it.visit("GET /me", react_router("alice"), f"{react_router('alice')}; Path=/")
        await it.visit("POST /become", react_router("alice"), line("bob"))
    names = [written.session for written in it.take(SessionWritten)[2:]]
    assert (names[0], names[2]) == (one.session, other.session)
    assert len(set(names)) == 4, "bob is another session in each"
    it.opener.close()


@pytest.mark.parametrize("second", ["chrome", "firefox"])
async def test_a_cookie_that_remembers_is_of_the_session_that_it_lies_beside(second: str) -> None:
    it = TrafficScene(SECRET)
    jars: list[str] = []
    for browser, fresh in (("firefox", True), (second, False)):
        it.browser = browser
        own = session("alice", fresh=fresh)
        jars.append(f"{REMEMBER}; {own}")
        made = (f"{REMEMBER}; Max-Age=2592000; HttpOnly; Path=/", f"{own}; HttpOnly; Path=/")
        await it.visit("POST /login", "", *made, status=302)
        it.clock.advance(5)
    await _check_two_logins(it, jars, second)


async def _check_two_logins(it: TrafficScene, jars: list[str], second: str) -> None:
    it.browser = "firefox"
    await it.visit("GET /me", jars[0])
    await it.visit("POST /logout", jars[0], f"remember_token=; {GONE}", f"session=; {GONE}")
    it.browser = second
    await it.visit("GET /me", jars[1])
    (end,) = it.take(SessionDestroyed)
    written = [one.session for one in it.take(SessionWritten)]
    assert end.session == written[0]
    assert it.take(SessionShownAgain) == []
    assert it.take(SessionLoaded)[-1].session == written[-1]
    await it.visit("POST /pw", jars[1], f"{REMEMBER[:-1]}e; HttpOnly; Path=/")
    assert it.take(CookieReused) == []
    it.opener.close()


async def test_a_user_who_is_taken_out_of_the_cookie_leaves_once() -> None:
    it = TrafficScene(SECRET)
    own = session("alice", fresh=True)
    for _ in range(2):
        await it.visit("POST /login", "", f"{own}; HttpOnly; Path=/", status=302)
    left = session("", fresh=False)
    await it.visit("POST /logout", own, f"{left}; HttpOnly; Path=/", status=303)
    assert it.take(SessionDestroyed) == []
    await it.visit("POST /logout", own, f"{left}; HttpOnly; Path=/", status=303)
    assert [end.reason for end in it.take(SessionDestroyed)] == ["logout"]
    it.opener.close()

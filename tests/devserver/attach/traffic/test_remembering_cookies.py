"""A cookie that brings a session back (Flask-Login's remember_token): it stays one session.

The values have the forms that Flask 3.1 and Flask-Login 0.6 write.
"""

from __future__ import annotations

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionWritten,
)
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.codecs.timestamp import to_timestamp
from session_inspector.devserver.decoders.formats.python.flask import sign
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_shown_again import express

SECRET = "very-secret-of-the-app"
REMEMBER = "remember_token=alice|e82e816c5aca3eb1fee75ddffe0ef9d4" + "0a4d7fd34a1b0dad" * 6
GONE = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"


def session(user: str, *, fresh: bool) -> str:
    content = to_base64url(compact_json({"_fresh": fresh, "_user_id": user}))
    text = f"{content}.{to_timestamp(NOW)}"
    return f"session={text}.{sign(text, SECRET)}"


async def logged_in() -> TrafficScene:
    it = TrafficScene(SECRET)
    await it.visit(
        "POST /login",
        "",
        f"{REMEMBER}; Max-Age=31536000; HttpOnly; Path=/",
        f"{session('alice', fresh=True)}; HttpOnly; Path=/",
    )
    return it


async def test_it_brings_back_the_session_that_it_was_set_beside() -> None:
    it = await logged_in()
    again = session("alice", fresh=False)
    await it.visit("GET /me", REMEMBER, f"{again}; HttpOnly; Path=/")
    first, second = it.take(SessionWritten)
    assert (second.session, second.reason) == (first.session, "update")
    assert "remember_token" in str(second.facts.data["cookies of unknown format"])
    await it.visit(
        "POST /logout", f"{REMEMBER}; {again}", f"remember_token=; {GONE}", f"session=; {GONE}"
    )
    (end,) = it.take(SessionDestroyed)
    assert (end.session, end.reason) == (first.session, "logout")


async def test_a_session_cookie_beside_it_does_not_end_with_the_browser_for_all_that_is_known() -> (
    None
):
    it = await logged_in()
    (login,) = it.take(SessionWritten)
    (cookie,) = [timer for timer in login.facts.timers if timer.name == "cookie"]
    assert (cookie.ends, cookie.is_assumed) == (NOW + 31536000, True)
    assert cookie.rule == "remember_token beside it; its own cookie ends with the browser"


SID = "sid=0f1e2d3c4b5a69788796a5b4c3d2e1f0"
MONTH = 30 * 86400.0


async def begun_with(*lines: str) -> TrafficScene:
    it = TrafficScene()
    await it.visit("POST /login", "", *lines)
    return it


def cookie_clock(it: TrafficScene) -> Timer:
    written = it.take(SessionWritten)[-1]
    (cookie,) = [timer for timer in written.facts.timers if timer.name == "cookie"]
    return cookie


async def test_of_two_unknown_cookies_the_longer_one_ends_it_as_soon_as_it_has_carried_it_on() -> (
    None
):
    remember = "remember=QmV0d2VlbiB0d28gZmlyZXMgYW5kIGEgcm9hZA"
    it = await begun_with(f"{SID}; HttpOnly", f"{remember}; HttpOnly; Max-Age=2592000")
    cookie = cookie_clock(it)
    assert (cookie.ends, cookie.is_assumed) == (NOW + MONTH, True)
    assert cookie.rule == "its longest cookie; sid ends with the browser"

    await it.visit(
        "GET /me",
        remember,
        "sid=f0e1d2c3b4a5968778695a4b3c2d1e0f; HttpOnly",
        "remember=QSBzZWNvbmQgb25lLCBhcyBsb25nIGFzIHRoYXQ; HttpOnly; Max-Age=2592000",
    )
    cookie = cookie_clock(it)
    assert (cookie.ends, cookie.is_assumed) == (NOW + MONTH, False)
    assert cookie.rule == "remember carried it on alone"


async def test_two_unknown_cookies_that_end_with_the_browser_have_no_other_end() -> None:
    it = await begun_with(f"{SID}; HttpOnly", f"{SID.replace('sid', 'sid2')}a; HttpOnly")
    cookie = cookie_clock(it)
    assert (cookie.ends, cookie.rule) == (None, "")


async def test_after_the_logout_a_copy_of_it_begins_another_session() -> None:
    it = await logged_in()
    first = session("alice", fresh=True)
    await it.visit(
        "POST /logout", f"{REMEMBER}; {first}", f"remember_token=; {GONE}", f"session=; {GONE}"
    )
    await it.visit("GET /me", REMEMBER, f"{session('alice', fresh=False)}; HttpOnly; Path=/")
    login, again = it.take(SessionWritten)
    assert again.session != login.session


async def test_another_user_or_a_login_does_not_go_on_with_it() -> None:
    it = await logged_in()
    await it.visit("GET /me", REMEMBER, f"{session('bob', fresh=False)}; HttpOnly; Path=/")
    await it.visit("POST /login", REMEMBER, f"{session('alice', fresh=False)}; HttpOnly; Path=/")
    assert len({one.session for one in it.take(SessionWritten)}) == 3


async def test_another_user_s_login_over_it_takes_its_place() -> None:
    it = await logged_in()
    made = (f"{REMEMBER.replace('alice', 'bob')}; Path=/", f"{session('bob', fresh=True)}; Path=/")
    it.clock.advance(60)
    await it.visit("POST /login", f"{REMEMBER}; {session('alice', fresh=True)}", *made)
    first, second = it.take(SessionWritten)
    assert (second.previous, second.reason) == (first.session, "login")
    assert (second.facts.sub, second.facts.created_at) == ("bob", NOW + 60)


async def test_the_same_user_s_login_over_it_is_the_same_session() -> None:
    it = await logged_in()
    made = (f"{REMEMBER[:-1]}e; Path=/", f"{session('alice', fresh=False)}; Path=/")
    await it.visit("POST /login", f"{REMEMBER}; {session('alice', fresh=True)}", *made)
    first, second = it.take(SessionWritten)
    assert (second.session, second.previous) == (first.session, "")


async def test_another_user_without_a_login_is_another_session() -> None:
    """Who impersonates somebody: the cookie that opens names another account."""
    it = await logged_in()
    await it.visit("POST /become", session("alice", fresh=True), f"{session('bob', fresh=True)}")
    first, second = it.take(SessionWritten)
    assert (second.session != first.session, second.previous) == (True, first.session)
    assert second.reason == "created"
    assert (first.facts.login, second.facts.sub, second.facts.login) == ("x1", "bob", "")


async def test_a_session_with_an_id_of_its_own_gets_the_cookie_that_brought_it() -> None:
    it = TrafficScene("secret")
    first = express("a" * 32)
    second = express("c" * 32)
    remember = "remember_me=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"
    await it.visit("POST /login", "", f"{first}; HttpOnly", f"{remember}; HttpOnly; Max-Age=99999")
    await it.visit("GET /me", remember, f"{second}; HttpOnly")
    _, again = it.take(SessionWritten)
    await it.visit("GET /me", f"{second}; {remember}")
    assert it.take(SessionLoaded)[-1].session == again.session
    await it.visit("GET /me", f"{second}; {remember}", status=401)
    (refused,) = it.take(SessionRefused)
    assert refused.session == again.session, "it is one session, so that its refusal is seen"
    it.opener.close()

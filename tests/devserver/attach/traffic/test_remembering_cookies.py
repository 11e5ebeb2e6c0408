"""A cookie that brings a session back (Flask-Login's remember_token): it stays one session.

The values have the forms that Flask 3.1 and Flask-Login 0.6 write.
"""

from __future__ import annotations

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


async def test_another_user_without_a_login_is_in_the_same_session() -> None:
    it = await logged_in()
    await it.visit("POST /become", session("alice", fresh=True), f"{session('bob', fresh=True)}")
    first, second = it.take(SessionWritten)
    assert (second.session, second.previous) == (first.session, "")
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

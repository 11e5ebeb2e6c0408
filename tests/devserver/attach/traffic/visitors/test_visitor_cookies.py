"""Cookies that visitors have before any login, beside a session of unknown format."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.companions import LEFT_BY_LOGIN
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import TrafficScene

FIRST = "k7Qp2Zx81mVb7LtRw0PyHs9Gd"
SECOND = "Yd93hfKs72Lqpz0WmXc6VbNt1"
DEVICE = "Rf5tGy6hUj7kIl8oPz9xCv0bN"
SHORT = "Mn4bVc3xZl2kJh1gFd0sAq9wE"
TOKEN = "Ws2eDr4fTg6yHu8jIk0oLp1mN"
BEFORE = f"device={DEVICE}; ab={SHORT}"
SET_BEFORE = (
    f"device={DEVICE}; HttpOnly; Max-Age=31536000",
    f"ab={SHORT}; HttpOnly; Max-Age=1800",
)


def line(value: str) -> str:
    return f"auth={value}; Path=/; HttpOnly; Max-Age=40"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def test_a_login_beside_what_a_visitor_had_before_begins_a_session_of_its_own(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /", "", *SET_BEFORE)
    await scene.visit("GET /me", BEFORE, status=302, location="/login")
    await scene.visit("POST /login", BEFORE, line(FIRST), status=303)
    _, login = scene.take(SessionWritten)
    assert (login.session, login.reason, login.previous) == (fingerprint(FIRST), "login", "")
    assert login.facts.name == "auth · format unknown"
    assert [timer.ends for timer in login.facts.timers] == [scene.clock.now() + 40]


async def test_its_logout_its_refusal_and_its_copy_are_seen(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", *SET_BEFORE)
    await scene.visit("POST /login", BEFORE, line(FIRST), status=303)
    jar = f"{BEFORE}; auth={FIRST}"
    await scene.visit("GET /me", jar)
    await scene.visit("POST /logout", jar, "auth=; Path=/; Max-Age=0", status=303)
    await scene.visit("GET /me", BEFORE, status=302, location="/login")
    await scene.visit("GET /me", jar)
    (end,) = scene.take(SessionDestroyed)
    (again,) = scene.take(SessionShownAgain)
    assert (end.session, end.reason) == (fingerprint(FIRST), "logout")
    assert (again.session, again.outcome, again.names) == (end.session, "accepted", ("auth",))
    await scene.visit("POST /login", BEFORE, line(SECOND), status=303)
    jar = f"{BEFORE}; auth={SECOND}"
    await scene.visit("GET /me", jar)
    await scene.visit("GET /me", jar, status=302, location="/login")
    assert [one.session for one in scene.take(SessionRefused)] == [fingerprint(SECOND)]


async def test_another_browser_whose_first_answer_is_the_login_s_has_them_too(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /", "", *SET_BEFORE)
    await scene.visit("POST /login", BEFORE, line(FIRST), status=303)
    others = (f"device={DEVICE[::-1]}; HttpOnly; Max-Age=31536000", f"ab={SHORT[::-1]}; HttpOnly")
    await scene.visit("POST /login", "", *others, line(SECOND), status=303)
    written = scene.take(SessionWritten)[-1]
    assert written.facts.name == "auth · format unknown"
    jar = f"device={DEVICE[::-1]}; ab={SHORT[::-1]}; auth={SECOND}"
    await scene.visit("POST /login", jar, line(FIRST[::-1]), status=303)
    (*_, third) = scene.take(SessionWritten)
    assert (third.reason, third.previous) == ("login", written.session)


async def test_what_a_login_changes_was_the_session_before_it(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", line(FIRST))
    await scene.visit("POST /login", f"auth={FIRST}", line(SECOND), f"user={TOKEN}", status=303)
    first, second = scene.take(SessionWritten)
    assert (second.session, second.previous) == (fingerprint(SECOND), first.session)
    assert second.facts.name == "auth, user · format unknown"


async def test_what_remembers_a_login_is_of_the_session_that_was_there(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", line(FIRST))
    remember = f"remember_me={SECOND}; HttpOnly; Max-Age=2592000"
    await scene.visit("POST /login", f"auth={FIRST}", remember, status=303)
    first, second = scene.take(SessionWritten)
    assert second.session == first.session


async def test_a_readable_token_that_every_answer_sets_joins_no_login(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", f"form_key={TOKEN}; Path=/")
    made = (f"form_key={TOKEN[::-1]}; Path=/", line(FIRST))
    await scene.visit("POST /login", f"form_key={TOKEN}", *made, status=303)
    (login,) = scene.take(SessionWritten)
    assert login.facts.name == "auth · format unknown"


async def test_a_value_that_anybody_gets_joins_no_browsers(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", f"build={TOKEN}; HttpOnly")
    await scene.visit("GET /", "", f"build={TOKEN}; HttpOnly")
    assert len(scene.take(SessionWritten)) == 1, "the first may have been a session's"
    await scene.visit("POST /login", f"build={TOKEN}", line(FIRST), status=303)
    await scene.visit("GET /", f"build={TOKEN}; auth={FIRST}")
    assert scene.take(SessionLoaded)[-2].session == fingerprint(FIRST)


@pytest.mark.parametrize(
    "value", ["http://127.0.0.1:45481", "https://x.org/a/b?c=1", "2026-11-30T16:39:21.481Z"]
)
async def test_an_address_or_a_date_is_no_session(scene: TrafficScene, value: str) -> None:
    await scene.visit("GET /", "", f"back={value}; HttpOnly")
    await scene.visit("POST /login", "", f"back={value}; HttpOnly", line(FIRST))
    (login,) = scene.take(SessionWritten)
    assert login.facts.name == "auth · format unknown"


async def test_what_was_listed_before_is_named_a_visitor_s_once(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", *SET_BEFORE)
    await scene.visit("POST /login", BEFORE, line(FIRST), status=303)
    await scene.visit("POST /login", f"{BEFORE}; auth={FIRST}", line(SECOND), status=303)
    (seen,) = scene.take(SessionSeen)
    visitor, *_ = scene.take(SessionWritten)
    assert seen.session == visitor.session
    assert seen.facts.name == "device, ab · a visitor's, of no login"
    assert (visitor.facts.visitor, seen.facts.visitor) == ("", LEFT_BY_LOGIN)
    assert {one.facts.visitor for one in scene.take(SessionWritten)} == {""}

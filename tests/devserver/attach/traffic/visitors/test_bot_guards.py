"""Cookies that a bot guard or a load balancer gives to anybody, also a new one with each answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

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
DRAWN = "Rf5tGy6hUj7kIl8oPz9xCv0b"
SID = f"sid={FIRST}"
SET_SID = f"{SID}; Path=/; HttpOnly; Max-Age=60"


def guard(number: int) -> str:
    """A cookie of no known name; Secure: over http a browser never sends it back."""
    return f"gate={DRAWN}{number}; Path=/; HttpOnly; Secure"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", guard(0))
    await scene.visit("GET /me", "", guard(1), status=401)
    await scene.visit("POST /login", "", guard(2), SET_SID, status=303, location="/me")


async def test_it_joins_no_session_of_a_login(scene: TrafficScene) -> None:
    await log_in(scene)
    await scene.visit("GET /me", SID, guard(3))
    await scene.visit("POST /save", SID, guard(4))
    *_, login = scene.take(SessionWritten)
    assert (login.cause, login.session, login.facts.name) == (
        "x3",
        fingerprint(FIRST),
        "sid · format unknown",
    )
    assert len(scene.take(SessionLoaded)) == 2


async def test_visitors_that_get_it_after_a_login_have_no_session(scene: TrafficScene) -> None:
    await log_in(scene)
    before = len(scene.take(SessionWritten))
    await scene.visit("GET /", "", guard(5))
    await scene.visit("GET /login", "", guard(6))
    assert len(scene.take(SessionWritten)) == before


async def test_a_401_that_gives_a_new_one_refuses_the_session(scene: TrafficScene) -> None:
    await log_in(scene)
    await scene.visit("GET /me", SID, guard(3))
    await scene.visit("GET /me", SID, guard(4), status=401)
    (refused,) = scene.take(SessionRefused)
    assert (refused.session, refused.code) == (fingerprint(FIRST), "401")
    await scene.visit("GET /", SID, guard(5))
    assert scene.take(SessionWritten)[-1].cause == "x3"


async def test_a_401_refuses_also_a_session_that_a_first_login_gave_it_with(
    scene: TrafficScene,
) -> None:
    await scene.visit("POST /login", "", guard(0), SET_SID, status=303, location="/me")
    await scene.visit("GET /me", SID)
    await scene.visit("GET /me", SID, guard(2), status=401)
    (login, *_) = scene.take(SessionWritten)
    assert [one.session for one in scene.take(SessionRefused)] == [login.session]


async def test_a_401_for_an_access_token_refuses_no_pair(scene: TrafficScene) -> None:
    """The near miss: the second cookie is of the login, and the refusal sets nothing."""
    renewer = f"renewer={SECOND}; Path=/; HttpOnly; Max-Age=60"
    await scene.visit("POST /login", "", SET_SID, renewer, status=303)
    jar = f"{SID}; renewer={SECOND}"
    await scene.visit("GET /me", jar)
    await scene.visit("GET /me", jar, status=401)
    assert scene.take(SessionRefused) == []


async def test_a_visitor_who_brings_it_to_a_401_has_no_refused_session(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /", "", guard(0))
    await scene.visit("GET /me", f"gate={DRAWN}0", status=401)
    await scene.visit("GET /you", f"gate={DRAWN}0", status=302, location="/login")
    assert scene.take(SessionRefused) == []
    assert scene.take(SessionDestroyed) == []


async def test_a_page_that_turned_that_visitor_away_needs_a_session(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", guard(0))
    await scene.visit("GET /me", f"gate={DRAWN}0", status=401)
    await scene.visit("POST /login", "", SET_SID, status=303, location="/me")
    await scene.visit("POST /logout", SID, "sid=; Max-Age=0", status=303)
    await scene.visit("GET /me", SID)
    (again,) = scene.take(SessionShownAgain)
    assert again.outcome == "accepted"


async def test_the_id_of_a_page_that_a_login_used_is_refused(scene: TrafficScene) -> None:
    """The near miss: its login set no cookie."""
    await scene.visit("GET /", "", SET_SID)
    await scene.visit("POST /login", SID, status=303, location="/me")
    await scene.visit("GET /me", SID)
    await scene.visit("GET /me", SID, status=401)
    assert [one.session for one in scene.take(SessionRefused)] == [fingerprint(FIRST)]


async def test_an_id_that_a_remembered_session_gets_again_joins_it(scene: TrafficScene) -> None:
    """The near miss: visitors get the id, too."""
    await scene.visit("GET /", "", SET_SID)
    remember = f"remember_me={SECOND}; Path=/; HttpOnly; Max-Age=2592000"
    await scene.visit("POST /login", SID, SET_SID, remember, status=303)
    jar = f"remember_me={SECOND}"
    await scene.visit("GET /me", jar, f"sid={FIRST[::-1]}; Path=/; HttpOnly")
    *_, last = scene.take(SessionWritten)
    assert last.facts.name == "sid, remember_me · format unknown"


@pytest.mark.parametrize(
    "name",
    [
        *("_cfuvid", "__cf_bm", "cf_clearance", "datadome", "_abck", "ak_bmsc", "bm_sv", "_px3"),
        *("reese84", "TS01a2b3c4", "aws-waf-token", "__ddg1_", "_vcrcs", "GCLB"),
    ],
)
async def test_a_known_guard_is_no_session_at_once(scene: TrafficScene, name: str) -> None:
    await scene.visit("GET /", "", f"{name}={DRAWN}1; HttpOnly")
    await scene.visit("GET /me", f"{name}={DRAWN}1", status=401)
    assert scene.events == []


@pytest.mark.parametrize("name", ["TSESSION", "bmsid", "px_session", "gclb_sid"])
async def test_a_name_that_is_merely_like_one_is_listed(scene: TrafficScene, name: str) -> None:
    """The near miss."""
    await scene.visit("GET /", "", f"{name}={DRAWN}1; HttpOnly")
    assert len(scene.take(SessionWritten)) == 1


async def test_what_no_visitor_sends_back_is_one_line(scene: TrafficScene) -> None:
    for number in range(5):
        await scene.visit("GET /", "", guard(number))
    assert [one.cause for one in scene.take(SessionWritten)] == ["x1"]
    assert scene.take(SessionSeen) == []


async def test_what_a_visitor_sends_back_is_listed_from_then_on(scene: TrafficScene) -> None:
    """The near miss: it may be a cart, or a login whose form nobody saw."""
    for number in range(3):
        await scene.visit("GET /", "", guard(number))
    await scene.visit("GET /cart", f"gate={DRAWN}2")
    (seen,) = scene.take(SessionSeen)
    assert (seen.cause, seen.facts.name) == ("x4", "gate · format unknown")
    for number in (3, 4):
        await scene.visit("GET /", "", guard(number))
    assert [one.cause for one in scene.take(SessionWritten)] == ["x1", "x5", "x6"]


async def test_each_login_is_a_line(scene: TrafficScene) -> None:
    """The near miss."""
    for number in range(3):
        await scene.visit("POST /login", "", f"sid={FIRST}{number}; HttpOnly", status=303)
    assert len(scene.take(SessionWritten)) == 3

"""Cookies beside a session that a page adds, and that a login makes anew: they are none of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionRefused,
    SessionWritten,
)
from tests.devserver.attach.traffic.outcomes.refusing import lives, php
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.inspector.model.events import state_of

SID = "sid=k7Qp2Zx81mVb7LtRw0PyHs9Gd"
CART = "cart_id=Yd93hfKs72Lqpz0WmXc6VbNt1"
MERGED = "cart_id=Rf5tGy6hUj7kIl8oPz9xCv0bN"
FLASH = "flash=eyJvayI6IldlbGNvbWUifQ"
KEPT = "; Path=/; HttpOnly; Max-Age=1209600"
GONE = "sid=; Path=/; Max-Age=0"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    await found.visit("GET /me", status=302, location="/login")
    await found.visit("GET /api", status=401)
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene, jar: str, *lines: str) -> str:
    """Log in, and be accepted; returns what its last write says it is."""
    await scene.visit("POST /login", jar, f"{SID}; Path=/; HttpOnly", *lines, status=302)
    await scene.visit("GET /me", SID)
    return scene.take(SessionWritten)[-1].facts.name


async def test_a_cookie_that_a_page_adds_hides_no_refusal_and_no_logout(
    scene: TrafficScene,
) -> None:
    await log_in(scene, "")
    await scene.visit("GET /cart/add", SID, f"{CART}{KEPT}")
    both = f"{SID}; {CART}"
    await scene.visit("GET /api", both)
    await scene.visit("GET /api", both, status=401)
    assert [one.code for one in scene.take(SessionRefused)] == ["401"]
    await scene.visit("GET /api", both)
    await scene.visit("POST /logout", both, GONE, status=302)
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]
    assert scene.take(CookieLeft) == []
    assert lives(scene) == ["logged-out"]


async def test_of_an_id_as_well(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", f"{php(1)}; Path=/; HttpOnly", status=302)
    await scene.visit("GET /me", php(1))
    await scene.visit("GET /cart/add", php(1), f"{CART}{KEPT}")
    await scene.visit("GET /me", f"{php(1)}; {CART}", status=302, location="/login")
    assert [one.code for one in scene.take(SessionRefused)] == ["302"]


async def test_a_further_chunk_of_its_value_is_of_its_session(scene: TrafficScene) -> None:
    """The near miss: what was one cookie has grown."""
    await log_in(scene, "")
    await scene.visit("GET /cart/add", SID, f"sid.1={CART.partition('=')[2]}{KEPT}")
    assert scene.take(SessionWritten)[-1].facts.name == "sid, sid.1 · format unknown"


async def test_a_cookie_of_a_renewal_is_of_its_session(scene: TrafficScene) -> None:
    """The near miss."""
    await log_in(scene, "")
    await scene.visit("POST /refresh", SID, f"{CART}{KEPT}")
    assert scene.take(SessionWritten)[-1].facts.name == "sid, cart_id · format unknown"


async def test_a_cart_that_the_login_merges_is_a_visitor_s(scene: TrafficScene) -> None:
    await scene.visit("GET /cart/add", "", f"{CART}{KEPT}")
    await scene.visit("GET /login", CART)
    name = await log_in(scene, CART, f"{MERGED}{KEPT}", f"{FLASH}; Path=/; HttpOnly")
    assert name == "sid · format unknown"
    both = f"{SID}; {MERGED}"
    await scene.visit("POST /logout", both, GONE, status=302)
    assert scene.take(CookieLeft) == []
    known = state_of(*scene.events).sessions.values()
    assert sorted(one.ending.life for one in known if one.ending) == ["logged-out", "visitor"]


@pytest.mark.parametrize(
    ("sid", "cart"),
    [("; Path=/; Max-Age=2592000", KEPT), ("; Path=/; HttpOnly; Max-Age=2592000", KEPT)],
    ids=["for scripts", "lives longer"],
)
async def test_an_id_that_visitors_have_and_the_login_renews_is_the_session(
    scene: TrafficScene, sid: str, cart: str
) -> None:
    """The near miss: what comes with it knows the device."""
    await scene.visit("GET /", "", f"{CART}{cart}")
    await scene.visit("POST /login", CART, f"{SID}{sid}", f"{MERGED}{cart}", status=302)
    assert "cart_id" in scene.take(SessionWritten)[-1].facts.name


@pytest.mark.parametrize(
    ("request_line", "status", "location"),
    [("GET /me", 302, "/login"), ("GET /api", 401, "")],
    ids=["sent to the login", "401"],
)
async def test_of_two_that_a_login_sets_together_none_renews_the_other_by_itself(
    scene: TrafficScene, request_line: str, status: int, location: str
) -> None:
    device = f"device_id={CART.partition('=')[2]}"
    await log_in(scene, "", f"{device}{KEPT}")
    both = f"{SID}; {device}"
    for request in ("GET /me", "GET /api"):
        await scene.visit(request, both)
    await scene.visit(request_line, both, status=status, location=location)
    assert [one.code for one in scene.take(SessionRefused)] == [str(status)]


@pytest.mark.parametrize("status", [302, 401])
async def test_what_its_logout_leaves_ends_with_the_first_refusal(
    scene: TrafficScene, status: int
) -> None:
    device = f"device_id={CART.partition('=')[2]}"
    await log_in(scene, "", f"{device}{KEPT}")
    await scene.visit("GET /me", f"{SID}; {device}")
    await scene.visit("POST /logout", f"{SID}; {device}", GONE, status=302)
    assert lives(scene) == ["in-doubt"]
    location = "/login" if status == 302 else ""
    await scene.visit("GET /me", device, status=status, location=location)
    assert lives(scene) == ["logged-out"]


async def test_what_is_left_of_a_user_s_session_is_no_visitor_s(scene: TrafficScene) -> None:
    """A first page adds a part before any page has accepted the session without it."""
    await scene.visit("POST /login", "", f"{SID}; Path=/; HttpOnly", status=302)
    await scene.visit("GET /me", SID, f"{CART}{KEPT}")
    await scene.visit("POST /logout", f"{SID}; {CART}", GONE, status=302)
    await scene.visit("GET /me", CART, status=302, location="/login")
    other = "sid=Rf5tGy6hUj7kIl8oPz9xCv0bN"
    await scene.visit("POST /login", CART, f"{other}; Path=/; HttpOnly", status=302)
    assert lives(scene) == ["", "logged-out"]
    known = state_of(*scene.events).sessions.values()
    assert [one.facts.visitor for one in known] == ["", ""]

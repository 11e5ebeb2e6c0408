"""A sealed cookie that visitors have too (a cart, a message) beside the id of a session."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionRefused,
    SessionWritten,
)
from session_inspector.devserver.decoders.codecs.mac import mac
from tests.devserver.attach.traffic.scene import TrafficScene

ID = "sid=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"


def cart(number: int) -> str:
    """Return a cookie as @fastify/secure-session seals it: a text and a nonce."""
    text = b64encode(mac(b"cart", str(number)) + b"0123456789abcdef").decode()
    nonce = b64encode(mac(b"nonce", str(number))[:24]).decode()
    return f"cart={text};{nonce}".replace(";", "%3B")


def line(cookie: str, age: int = 3600) -> str:
    return f"{cookie}; Path=/; HttpOnly; Max-Age={age}"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    """A visitor gets a cart, and logs in; the login sets an id, and seals the cart anew."""
    found = TrafficScene("another secret")
    await found.visit("GET /me", status=302, location="/login")
    await found.visit("GET /", "", line(cart(0)))
    made = (line(ID), line(cart(1)))
    await found.visit("POST /login", cart(0), *made, status=303, location="/me")
    await found.visit("GET /me", f"{ID}; {cart(1)}")
    yield found
    found.opener.close()


def session_of(scene: TrafficScene) -> str:
    (login,) = [one for one in scene.take(SessionWritten) if one.reason == "login"]
    return login.session


async def test_a_cart_is_not_replaced_by_a_login(scene: TrafficScene) -> None:
    made = scene.take(SessionWritten)
    assert sorted(one.reason for one in made) == ["created", "login", "roll"]
    assert [one.previous for one in made] == ["", "", ""]


async def test_a_cart_of_a_browser_whose_first_answer_is_a_login_is_no_login(
    scene: TrafficScene,
) -> None:
    scene.browser = "another"
    other = "sid=60303ae22b998861bce3b28f33eec1be758a213c86c93c07"
    count = len(scene.take(SessionWritten))
    await scene.visit("POST /login", "", line(other), line(cart(5)), status=303)
    made = scene.take(SessionWritten)[count:]
    assert sorted(one.reason for one in made) == ["created", "login"]


@pytest.mark.parametrize(("status", "location"), [(302, "/login"), (401, "")])
async def test_the_session_is_refused_beside_a_cart(
    scene: TrafficScene, status: int, location: str
) -> None:
    await scene.visit("GET /me", f"{ID}; {cart(1)}", status=status, location=location)
    assert [one.session for one in scene.take(SessionRefused)] == [session_of(scene)]


async def test_a_logout_without_a_cookie_is_in_doubt_beside_a_cart(scene: TrafficScene) -> None:
    jar = f"{ID}; {cart(1)}"
    await scene.visit("POST /logout", jar, status=303, location="/")
    (left,) = scene.take(CookieLeft)
    assert (left.session, left.outcome) == (session_of(scene), "unknown")
    assert scene.take(SessionDestroyed) == []


async def test_what_a_login_sets_alone_is_its_session_though_visitors_have_it() -> None:
    """The near miss: no other cookie has the session."""
    scene = TrafficScene("another secret")
    await scene.visit("GET /", "", line(cart(0)))
    await scene.visit("POST /login", cart(0), line(cart(1)), status=303, location="/me")
    assert [one.reason for one in scene.take(SessionWritten)] == ["created", "login"]
    scene.opener.close()

"""Sessions that can be read, and that hold only what their framework gives to visitors."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionWritten
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_lost_users import Watched

TOKEN = "b1c2d3e4f5"
ALICE: JsonObject = {"_user_id": "alice", "_fresh": True, "csrf_token": TOKEN}
LEFT: JsonObject = {"_flashes": [["message", "bye"]], "_permanent": True, "csrf_token": TOKEN}
CART: JsonObject = {**LEFT, "cart": [7]}
FAMILIES: dict[str, JsonObject] = {
    "flask-default": LEFT,
    "django-signed-cookies": {"_csrftoken": TOKEN, "_messages": "[]"},
    "starlette-default": {"csrf_token": TOKEN},
    "rails7-json-sha256": {"session_id": TOKEN * 3, "_csrf_token": TOKEN, "flash": {"a": "b"}},
    "cookie-session": {"csrfSecret": TOKEN, "flash": {}},
    "fastify-secure-session-key": {"_csrf": TOKEN},
    "pyramid-md5": {"_csrft_": TOKEN, "_f_": ["bye"]},
}


@pytest.fixture
async def app() -> AsyncIterator[Watched]:
    found = Watched()
    yield found
    found.scene.opener.close()


def last(scene: TrafficScene) -> SessionWritten:
    return scene.take(SessionWritten)[-1]


async def test_what_a_logout_leaves_is_a_visitor_s(app: Watched) -> None:
    await app.write("POST /login", None, ALICE)
    assert last(app.scene).facts.visitor == ""
    await app.write("POST /logout", ALICE, LEFT)
    (end,) = app.scene.take(SessionDestroyed)
    left = last(app.scene)
    assert (end.reason, left.reason) == ("logout", "created")
    assert left.session != end.session
    assert left.facts.visitor == (
        "nobody is logged in: it holds only _flashes, _permanent, csrf_token"
    )


async def test_the_login_into_it_is_a_user_s(app: Watched) -> None:
    await app.write("GET /login", None, LEFT)
    assert last(app.scene).facts.visitor
    await app.write("POST /login", LEFT, ALICE)
    assert (last(app.scene).facts.visitor, last(app.scene).facts.sub) == ("", "alice")


async def test_a_cart_may_be_of_anybody(app: Watched) -> None:
    await app.write("GET /", None, CART)
    assert last(app.scene).facts.visitor == ""


@pytest.mark.parametrize("name", FAMILIES)
async def test_each_family_says_what_it_gives_to_visitors(name: str) -> None:
    app = Watched(name)
    await app.write("GET /", None, FAMILIES[name])
    written = last(app.scene)
    app.scene.opener.close()
    assert written.facts.visitor.startswith("nobody is logged in: it holds only ")

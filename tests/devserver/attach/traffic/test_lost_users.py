"""A cookie that holds its session, and loses its user in it: a logout, whatever else is kept.

The session that goes on with the same CSRF token, flash or cart is nobody's, and another one.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from session_inspector.devserver.attach.traffic.endings import USER_TAKEN_OUT
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_growing_sessions import header, lines_of, material_of

DECODERS = load_decoders()
FAMILIES = (
    *("na4-http", "iron-default", "starlette-default", "flask-default", "django-signed-cookies"),
    *("rails7-json-sha256", "cookie-session", "fastify-secure-session-key", "hono-signed-json"),
    *("react-router-cookie", "securecookie-json-0", "pyramid-md5", "aiohttp-nacl"),
    "litestar-one",
)
ALICE: JsonObject = {"user_id": "alice", "csrf": "c1"}
NOBODY: JsonObject = {"csrf": "c1"}


class Watched:
    """An app that keeps its session in a cookie of one family."""

    def __init__(self, name: str = "flask-default") -> None:
        self.material = material_of(name)
        self.found: Decoded = open_cookies(DECODERS, self.material)
        if self.found.expires is not None:
            self.found = replace(self.found, expires=self.material.now + 9999)
        self.sealed: dict[str, dict[str, str]] = {}
        self.scene = TrafficScene(*self.material.secrets)
        self.scene.clock.advance(self.material.now - NOW)

    def seal(self, payload: JsonObject) -> dict[str, str]:
        """Return the cookies of a payload, as the browser has them: most are sealed by lot."""
        found = replace(self.found, payload=payload)
        if repr(payload) not in self.sealed:
            cookies = dict(seal_cookies(DECODERS, found, self.material.secrets))
            if found.traits.is_percent_encoded:
                cookies = {name: quote(value, safe="") for name, value in cookies.items()}
            self.sealed[repr(payload)] = cookies
        return self.sealed[repr(payload)]

    async def write(self, request: str, before: JsonObject | None, after: JsonObject) -> None:
        self.scene.clock.advance(1)
        brought = self.seal(before) if before is not None else {}
        lines = lines_of(self.seal(after), {})
        await self.scene.visit(request, header(brought), *lines, status=302)


@pytest.mark.parametrize("name", FAMILIES)
async def test_a_cookie_that_loses_its_user_is_a_logout_and_goes_on_as_nobody_s(name: str) -> None:
    it = Watched(name)
    await it.write("POST /login", None, ALICE)
    await it.write("GET /leave", ALICE, {**NOBODY, "flash": ["bye"]})
    (ended,) = it.scene.take(SessionDestroyed)
    first, second = it.scene.take(SessionWritten)
    assert (ended.session, ended.reason, ended.cause) == (first.session, "logout", "x2")
    assert ended.detail == USER_TAKEN_OUT.format("GET /leave")
    assert second.session != first.session
    assert (second.facts.sub, second.previous, first.facts.sub) == ("", "", "alice")
    await it.scene.visit("GET /", header(it.seal({**NOBODY, "flash": ["bye"]})))
    assert it.scene.take(SessionLoaded)[-1].session == second.session
    assert it.scene.take(SessionShownAgain) == []


async def test_a_login_over_what_is_left_is_the_same_session_and_a_copy_is_the_first_one() -> None:
    it = Watched()
    await it.write("POST /login", None, ALICE)
    await it.write("POST /logout", ALICE, NOBODY)
    await it.write("POST /login", NOBODY, {**NOBODY, "user_id": "bob"})
    first, second, third = it.scene.take(SessionWritten)
    assert third.session == second.session
    assert (third.facts.sub, third.facts.login) == ("bob", "x3")
    await it.scene.visit("GET /me", header(it.seal(ALICE)))
    (again,) = it.scene.take(SessionShownAgain)
    assert again.session == first.session


async def test_a_visitor_who_has_the_value_of_before_a_login_is_not_that_user() -> None:
    """cookie-session signs no time: what is left has the bytes that it had before the login."""
    it = Watched("cookie-session")
    await it.write("GET /", None, NOBODY)
    await it.write("POST /login", NOBODY, ALICE)
    await it.write("POST /logout", ALICE, NOBODY)
    first, second, third = it.scene.take(SessionWritten)
    assert first.session == second.session
    assert third.session != second.session
    assert [one.session for one in it.scene.take(SessionDestroyed)] == [second.session]
    await it.scene.visit("GET /", header(it.seal(NOBODY)))
    assert it.scene.take(SessionLoaded)[-1].session == third.session


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ALICE, {"user_id": "alice", "csrf": "c2"}),
        (ALICE, {"user": {"name": "alice"}}),
        ({"csrf": "c1", "cart": {"name": "shoes"}}, {"csrf": "c1", "cart": {}}),
        ({"csrf": "c1"}, {"csrf": "c2"}),
    ],
)
async def test_a_write_that_takes_nobody_out_is_an_update(
    before: JsonObject, after: JsonObject
) -> None:
    it = Watched()
    await it.write("POST /login", None, before)
    await it.write("POST /cart", before, after)
    assert it.scene.take(SessionDestroyed) == []
    assert len({one.session for one in it.scene.take(SessionWritten)}) == 1


async def test_a_user_deep_inside_is_one_where_the_request_is_a_logout() -> None:
    it = Watched()
    inside: JsonObject = {"data": {"account": {"email": "a@b.c"}}, "csrf": "c1"}
    await it.write("POST /login", None, inside)
    await it.write("POST /logout", inside, {"data": {}, "csrf": "c1"})
    assert [one.reason for one in it.scene.take(SessionDestroyed)] == ["logout"]


# -- without a secret --------------------------------------------------------------------------


async def log_out_of_flask(*secrets: str) -> TrafficScene:
    """Log in, and out: what is left in the cookie is the message, which the next page shows."""
    app = Watched()
    alice = app.seal({"_user_id": "alice"})
    left = app.seal({"_flashes": [{" t": ["message", "Bye"]}]})
    scene = TrafficScene(*secrets)
    scene.clock.advance(app.material.now - NOW)
    await scene.visit("GET /me", status=302, location="/login")
    await scene.visit("POST /login", "", *lines_of(alice, {}), status=302, location="/me")
    await scene.visit("GET /me", header(alice))
    await scene.visit("POST /logout", header(alice), *lines_of(left, alice), status=302)
    await scene.visit("GET /", header(left), *lines_of({}, left))
    scene.clock.advance(2)
    await scene.visit("GET /me", header(alice), *lines_of(alice, {}))
    return scene


@pytest.mark.parametrize("has_secret", [True, False])
async def test_a_message_that_is_shown_ends_nothing_and_the_logout_all(*, has_secret: bool) -> None:
    secrets = material_of("flask-default").secrets if has_secret else ()
    scene = await log_out_of_flask(*secrets)
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.reason, ended.cause) == ("logout", "x4")
    (again,) = scene.take(SessionShownAgain)
    assert (again.ended_by, again.outcome) == ("x4", "accepted")
    assert "begun" not in [one.reason for one in scene.take(SessionWritten)], "that is a copy"

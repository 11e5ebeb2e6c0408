"""An id under another signature than its app gave it: nobody's session, without any secret."""

from __future__ import annotations

from urllib.parse import quote

from session_inspector.devserver.attach.traffic.signatures.known_signatures import REASON
from session_inspector.devserver.core.events.session import SessionNotOpened, SessionSeen
from tests.devserver.attach.traffic.scene import TrafficScene

ID = "wKv0T4nq2yX7bLmZ9sRcHdFg1JpQeU8a"


def signed(letter: str) -> str:
    return "connect.sid=" + quote(f"s:{ID}.{letter * 43}", safe="")


async def test_an_id_under_a_signature_that_no_response_gave_it_is_told_apart() -> None:
    it = TrafficScene()
    await it.visit("POST /login", "", f"{signed('A')}; HttpOnly")
    (real,) = it.take(SessionNotOpened)
    await it.visit("GET /me", signed("B"), status=401)
    *_, forged = it.take(SessionNotOpened)
    assert (forged.code, forged.reason) == ("wrong_secret", f"connect.sid: {REASON}")
    assert forged.session != real.session


async def test_signatures_that_the_app_gave_are_all_its_own() -> None:
    it = TrafficScene()
    await it.visit("POST /login", "", f"{signed('A')}; HttpOnly")
    await it.visit("GET /me", signed("A"), f"{signed('B')}; HttpOnly")
    await it.visit("GET /me", signed("A"))
    await it.visit("GET /me", signed("B"))
    assert {one.code for one in it.take(SessionNotOpened)} == {"no_secret"}


async def test_of_an_id_whose_cookie_was_not_set_here_nothing_is_known() -> None:
    it = TrafficScene()
    await it.visit("GET /me", signed("A"))
    await it.visit("GET /me", signed("B"))
    assert {one.session for one in it.take(SessionSeen)} == {it.take(SessionSeen)[0].session}
    assert {one.code for one in it.take(SessionNotOpened)} == {"no_secret"}

"""An id under another signature than its app gave it: nobody's session, without any secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

from session_inspector.devserver.attach.traffic.signatures.known_signatures import REASON
from session_inspector.devserver.core.events.session import (
    SessionNotOpened,
    SessionRefused,
    SessionSeen,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import TrafficScene

FOUND = "a secret of the environment"
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


async def test_what_a_told_secret_does_not_open_is_of_no_session_unless_the_app_set_it() -> None:
    it = TrafficScene("a secret that has opened nothing yet")
    await it.visit("GET /me", signed("B"), status=401)
    await it.visit("POST /login", "", f"{signed('A')}; HttpOnly")
    await it.visit("GET /me", signed("A"))
    forged, real = it.take(SessionNotOpened)
    assert (forged.code, real.code) == ("wrong_secret", "wrong_secret")
    assert real.session == fingerprint(ID) != forged.session
    assert [one.session for one in it.take(SessionRefused)] == [forged.session]
    await it.visit("GET /me", signed("B"), status=401)
    assert {one.session for one in it.take(SessionRefused)} == {forged.session}


async def test_once_a_found_secret_has_opened_one_a_forged_id_met_before_is_nobody_s() -> None:
    it = TrafficScene(FOUND, has_told=False)
    await it.visit("GET /me", signed("B"))
    mac = hmac.digest(FOUND.encode(), ID.encode(), hashlib.sha256)
    signature = base64.b64encode(mac).decode().rstrip("=")
    await it.visit("GET /me", "connect.sid=" + quote(f"s:{ID}.{signature}", safe=""))
    await it.visit("GET /me", signed("B"))
    before, after = it.take(SessionNotOpened)
    assert (before.code, before.session) == ("no_secret", fingerprint(ID))
    assert (after.code, after.session == fingerprint(ID)) == ("wrong_secret", False)

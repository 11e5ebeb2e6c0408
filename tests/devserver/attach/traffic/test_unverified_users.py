"""Who a cookie says it is, which a told secret does not verify: shown as content, not as a user."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import SessionNotOpened, SessionSeen
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_growing_sessions import header
from tests.devserver.attach.traffic.test_lost_users import ALICE, Watched

READABLE = (
    *("starlette-default", "flask-default", "django-signed-cookies", "cookie-session"),
    *("react-router-cookie", "securecookie-json-0", "pyramid-md5"),
)
OTHER = "a secret of another app, as long as any format wants it"


async def see(name: str, *secrets: str) -> SessionSeen:
    it = Watched(name)
    scene = TrafficScene(*(secrets or it.material.secrets))
    scene.clock.advance(it.material.now - NOW)
    await scene.visit("GET /me", header(it.seal(ALICE)))
    (seen,) = scene.take(SessionSeen)
    assert bool(scene.take(SessionNotOpened)) is bool(secrets)
    scene.opener.close()
    return seen


@pytest.mark.parametrize("name", READABLE)
async def test_a_user_under_a_signature_that_does_not_verify_is_nobody(name: str) -> None:
    seen = await see(name, OTHER)
    assert (seen.facts.sub, seen.facts.sid) == ("", "")
    assert "alice" not in seen.facts.name
    assert "alice" in str(seen.facts.data), "what it claims is its content"
    assert "signature does not match" in seen.facts.unverified


@pytest.mark.parametrize("name", READABLE)
async def test_one_that_verifies_is_who_it_says(name: str) -> None:
    seen = await see(name)
    assert (seen.facts.sub, seen.facts.name, seen.facts.unverified) == ("alice", "alice", "")

"""Cookies that a framework sets beside its session, and that hold none: Clerk's."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

CLIENT = "__client=k9Zq2WvT7mB4xN1cR8yP5sD3fG6hJ0aL"
SIGNED_IN = f"__client_uat={NOW:.0f}"
SIGNED_OUT = "__client_uat=0; Path=/; Max-Age=315360000"
GONE = "__session=; Path=/; Max-Age=0"
AWAY = "/sign-in"
SIGN_OUT = "POST /v1/client/sessions/sess_1/remove"


def part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def token(since: float = 0) -> str:
    issued = NOW + since
    claims = {"sub": "user_alice", "sid": "sess_1", "iat": issued, "exp": issued + 60}
    return f"__session={part({'alg': 'RS256'})}.{part({**claims, 'iss': 'https://clerk.x'})}.c2ln"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    """Alice signs in with Clerk, whose API is reached by the app's host."""
    found = TrafficScene()
    await found.visit("GET /me", "", status=307, location=AWAY)
    found.browser = "firefox"
    lines = (f"{CLIENT}; Path=/; HttpOnly", f"{SIGNED_IN}; Path=/", f"{token()}; Path=/")
    await found.visit("POST /v1/client/sign_ins", "", *lines)
    await found.visit("GET /me", f"{CLIENT}; {SIGNED_IN}; {token()}")
    found.clock.advance(5)
    yield found
    found.opener.close()


async def test_a_sign_out_is_a_logout_and_its_copy_is_one(scene: TrafficScene) -> None:
    brought = f"{CLIENT}; {SIGNED_IN}; {token()}"
    await scene.visit(SIGN_OUT, brought, GONE, SIGNED_OUT)
    (ended,) = scene.take(SessionDestroyed)
    (written,) = scene.take(SessionWritten)
    assert (ended.reason, ended.session) == ("logout", written.session)
    loaded = len(scene.take(SessionLoaded))
    await scene.visit("GET /me", f"{CLIENT}; __client_uat=0", status=307, location=AWAY)
    assert len(scene.take(SessionLoaded)) == loaded, "what is left is the browser's"
    scene.browser = "thief"
    scene.clock.advance(2)
    await scene.visit("GET /me", brought)
    (shown,) = scene.take(SessionShownAgain)
    assert (shown.outcome, shown.session, shown.ended) == ("accepted", ended.session, "logout")
    assert scene.take(CookieReused) == [], "a time is no id"


async def test_a_new_time_of_sign_in_is_no_rotation(scene: TrafficScene) -> None:
    later = f"__client_uat={NOW + 5:.0f}"
    await scene.visit("GET /me", f"{CLIENT}; {SIGNED_IN}; {token()}", f"{later}; Path=/")
    assert [one.reason for one in scene.take(SessionWritten)] == ["login"]


async def test_the_next_token_is_one_of_the_same_session(scene: TrafficScene) -> None:
    """The near miss: nothing but the token changes, and it has an end of its own."""
    brought = f"{CLIENT}; {SIGNED_IN}; {token()}"
    await scene.visit("POST /v1/client/sessions/sess_1/tokens", brought, f"{token(5)}; Path=/")
    login, roll = scene.take(SessionWritten)
    assert (roll.reason, roll.session) == ("roll", login.session)
    assert scene.take(SessionDestroyed) == []


async def test_who_names_such_a_cookie_has_it_as_a_session() -> None:
    """The near miss."""
    scene = TrafficScene(named=("__client",))
    await scene.visit("POST /login", "", f"{CLIENT}; HttpOnly")
    (written,) = scene.take(SessionWritten)
    assert written.facts.name == "__client · format unknown"
    scene.opener.close()

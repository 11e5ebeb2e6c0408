"""A cookie that holds the state, nonce or verifier of a login is no session, by its value alone.

The cookies are those of nuxt-auth-utils 0.5.30; Arctic's guides set the same by other names.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.arrival import Arrival, CookieAnswer
from session_inspector.devserver.attach.traffic.logins import report_starts
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.login import LoginStarted
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.decoders.base import Decoded
from tests.devserver.attach.traffic.scene import TrafficScene

STATE = "abkLS0r916pZvz9Q77Gxc1OS6tPiqytQwwaQHOF1cSk"
NONCE = "wx_xGAIdPKCv2sQrQ8g4J0KKVq69whHDxouB3IKDr-c"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The pair of RFC 7636, Appendix B."""
TO_LOGIN = (
    "https://localhost:6706/authorize?response_type=code&client_id=app"
    f"&redirect_uri=http://localhost:4706/auth&state={STATE}&nonce={NONCE}"
    f"&code_challenge={CHALLENGE}&code_challenge_method=S256"
)
SESSION = "qk4Yx0bT7uJm2ZsWc9eHfLrVnPdAo3GiKt6XyB1vMwE"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


@pytest.mark.parametrize("value", [STATE, NONCE, VERIFIER])
async def test_what_the_redirect_carries_begins_and_ends_no_session(
    value: str, scene: TrafficScene
) -> None:
    await scene.visit("GET /auth", "", f"a={value}; HttpOnly", status=302, location=TO_LOGIN)
    await scene.visit(
        "GET /auth?code=c", f"a={value}", "a=; Max-Age=0; Path=/", status=302, location="/"
    )
    assert not scene.take(SessionSeen)
    assert not scene.take(SessionWritten)
    assert not scene.take(SessionDestroyed)


async def test_all_three_beside_each_other_are_no_session(scene: TrafficScene) -> None:
    cookies = {"state": STATE, "nonce": NONCE, "pkce": VERIFIER}
    lines = [f"{name}={value}; Path=/; HttpOnly" for name, value in cookies.items()]
    await scene.visit("GET /auth", "", *lines, status=302, location=TO_LOGIN)
    await scene.visit("GET /auth?code=c", "; ".join(f"{n}={v}" for n, v in cookies.items()))
    assert not scene.take(SessionSeen)


async def test_another_cookie_of_that_response_may_be_one(scene: TrafficScene) -> None:
    await scene.visit(
        "GET /auth", "", f"session={SESSION}; HttpOnly", status=302, location=TO_LOGIN
    )
    await scene.visit("GET /auth?code=c", f"session={SESSION}")
    (written,) = scene.take(SessionWritten)
    assert written.facts.name == "Flask-Session"


@pytest.mark.parametrize(
    "location", ["", "/next", "http://x/?state=" + STATE, "http://[x?client_id=1"]
)
async def test_a_redirect_to_anywhere_else_says_nothing_of_a_cookie(
    location: str, scene: TrafficScene
) -> None:
    await scene.visit("GET /a", "", f"session={STATE}; HttpOnly", status=302, location=location)
    await scene.visit("GET /b", f"session={STATE}")
    assert [*scene.take(SessionSeen), *scene.take(SessionWritten)]


@pytest.mark.parametrize(("second", "logins"), [("one", 1), ("two", 2)], ids=["twin", "another"])
def test_two_transaction_cookies_of_one_state_are_one_login(second: str, logins: int) -> None:
    states = {"auth_verification": "one", "_auth_verification": second}
    lines = {name: parse_set_cookie(f"{name}=v; Path=/") for name in states}
    answer = CookieAnswer(arrival=Arrival(exchange="x1", at=1, jar={}), at=1, lines=lines)
    others = tuple(
        Decoded(
            format="express",
            family="express-openid-connect",
            cookies=(name,),
            size=1,
            payload={"state": state},
        )
        for name, state in states.items()
    )
    heard: list[LoginStarted] = []
    report_starts(lambda event: heard.append(event), answer, OpenedJar(others=others))  # type: ignore[arg-type]  # it publishes nothing else
    assert [event.transaction_cookie for event in heard] == list(states)[:logins]

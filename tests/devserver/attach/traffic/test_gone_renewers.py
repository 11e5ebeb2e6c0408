"""An access token in a cookie that ends with the browser, beside what renews it and ends sooner."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import SessionRefused, SessionWritten
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_token_pairs import sent, token

RENEWER = "refresh_token=Zx81kQ2mVb7LtRw0PyHs9Gd5nMfBe3; Path=/api/auth; HttpOnly; Max-Age=12"
REFRESH = "POST /api/auth/refresh"
RULE = "refresh_token, which renews the other cookies"


def access(ends: float) -> str:
    return f"access_token={token('at', ends)}; Path=/; HttpOnly"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene) -> str:
    """Log in, and be accepted; returns what is sent to pages."""
    line = access(NOW + 4)
    await scene.visit("GET /api/me", "", status=401)
    await scene.visit("POST /api/auth/login", "", line, RENEWER)
    await scene.visit("GET /api/me", sent(line))
    return sent(line)


def codes(scene: TrafficScene) -> list[tuple[str, str]]:
    return [(one.code, one.origin) for one in scene.take(SessionRefused)]


async def test_the_renewer_s_end_is_the_session_s_by_a_rule(scene: TrafficScene) -> None:
    await log_in(scene)
    (login,) = scene.take(SessionWritten)
    clock = Timer(
        name="cookie", ends=NOW + 12, ends_session=True, rule=RULE, cookies=("refresh_token",)
    )
    assert login.facts.timers == (clock, Timer(name="access_token", ends=NOW + 4))


async def test_a_token_that_outlives_what_renews_it_ends_the_session(scene: TrafficScene) -> None:
    line = access(NOW + 20)
    await scene.visit("POST /api/auth/login", "", line, RENEWER)
    (login,) = scene.take(SessionWritten)
    ends = [(one.name, one.ends, one.ends_session) for one in login.facts.timers]
    assert ends == [("cookie", NOW + 12, False), ("access_token", NOW + 20, True)]


async def test_once_both_are_over_a_401_says_the_same(scene: TrafficScene) -> None:
    jar = await log_in(scene)
    scene.clock.advance(13)
    await scene.visit("GET /api/me", jar, status=401)
    await scene.visit(REFRESH, jar, status=401)
    assert codes(scene) == [("expired", "rule"), ("expired", "seen")]


async def test_while_the_renewer_lives_a_401_refuses_nothing(scene: TrafficScene) -> None:
    """The near miss: it is over 12 s after the login, at the second."""
    jar = await log_in(scene)
    scene.clock.advance(11)
    await scene.visit("GET /api/me", jar, status=401)
    assert codes(scene) == []


async def test_a_copy_of_the_renewer_may_renew_it_after_its_end(scene: TrafficScene) -> None:
    """The near miss: who sends it keeps it."""
    jar = await log_in(scene)
    scene.clock.advance(13)
    jar = f"{jar}; {sent(RENEWER)}"
    await scene.visit("GET /api/auth/me", jar, status=401)
    assert codes(scene) == []


@pytest.mark.parametrize("request_line", [REFRESH, "POST /api/auth/token/renew"])
async def test_a_renewer_that_the_app_refuses_at_the_first_renewal_refuses_the_session(
    scene: TrafficScene, request_line: str
) -> None:
    jar = await log_in(scene)
    scene.clock.advance(5)
    await scene.visit("GET /api/me", jar, status=401)
    assert codes(scene) == []
    await scene.visit(request_line, f"{jar}; {sent(RENEWER)}", status=401)
    assert codes(scene) == [("401", "seen")]


async def test_a_form_beside_it_that_is_refused_says_nothing_of_the_renewer(
    scene: TrafficScene,
) -> None:
    """The near miss."""
    jar = await log_in(scene)
    await scene.visit("POST /api/auth/password", f"{jar}; {sent(RENEWER)}", status=401)
    assert codes(scene) == []

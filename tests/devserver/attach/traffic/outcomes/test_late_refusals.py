"""A session whose clock had run out, and that the app refuses then: it stays expired."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
)
from tests.devserver.attach.traffic.scene import TrafficScene

ID = "sid=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"
PHP = f"PHPSESSID={'abcdefgh'[0] * 20}012345"
DELETED = "{}=; Path=/; Max-Age=0"
every_kind = pytest.mark.parametrize("cookie", [ID, PHP])


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret")
    await found.visit("GET /me", status=302, location="/login")
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene, cookie: str) -> None:
    line = f"{cookie}; Path=/; HttpOnly; Max-Age=10"
    await scene.visit("POST /login", "", line, status=302, location="/me")
    await scene.visit("GET /me", cookie)


@every_kind
@pytest.mark.parametrize("is_deleted", [True, False])
@pytest.mark.parametrize(("status", "location"), [(302, "/login"), (401, "")])
@pytest.mark.parametrize(("waited", "code"), [(9, ""), (10, "expired"), (99, "expired")])
async def test_a_session_that_is_refused_after_its_clock_ran_out_is_expired(
    scene: TrafficScene,
    cookie: str,
    is_deleted: bool,
    status: int,
    location: str,
    waited: int,
    code: str,
) -> None:
    await log_in(scene, cookie)
    scene.clock.advance(waited)
    lines = [DELETED.format(cookie.partition("=")[0])] if is_deleted else []
    await scene.visit("GET /me", cookie, *lines, status=status, location=location)
    (refused,) = scene.take(SessionRefused)
    assert refused.code == (code or str(status))
    assert scene.take(SessionDestroyed) == []


@every_kind
async def test_a_page_that_answers_anybody_leaves_it_expired(
    scene: TrafficScene, cookie: str
) -> None:
    await scene.visit("GET /")
    await log_in(scene, cookie)
    scene.clock.advance(99)
    count = len(scene.take(SessionLoaded))
    for _ in range(2):
        await scene.visit("GET /", cookie)
    assert [one.code for one in scene.take(SessionRefused)] == ["expired"]
    assert len(scene.take(SessionLoaded)) == count


@every_kind
async def test_a_page_that_needs_a_session_shows_that_it_lives_all_the_same(
    scene: TrafficScene, cookie: str
) -> None:
    """The near miss."""
    await log_in(scene, cookie)
    scene.clock.advance(99)
    await scene.visit("GET /me", cookie)
    assert scene.take(SessionRefused) == []
    await scene.visit("GET /me", cookie, status=302, location="/login")
    scene.clock.advance(1)
    await scene.visit("GET /me", cookie)
    assert "seen" in [one.origin for one in scene.take(SessionLoaded)[-2:]]

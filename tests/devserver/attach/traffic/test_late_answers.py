"""Responses that come after the end of their request's session: what they set ends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.inspector.model.events import state_of

FIRST = "kT8wq2ZrV5nYb1LxC7dJm4PfHs9GaE3u"
SECOND = "Qe6Rz0XvB2mKc8TnW5yLj1DgUp7SfHa4"
DELETED = "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"


def sid(value: str) -> str:
    return f"sid={value}; Path=/; HttpOnly; Max-Age=600"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene(named=("sid",))
    await found.visit("POST /login", "", sid(FIRST))
    yield found
    found.opener.close()


@pytest.mark.parametrize("value", [FIRST, SECOND])
async def test_a_response_that_sets_the_cookie_again_after_a_logout_ends_nothing(
    scene: TrafficScene, value: str
) -> None:
    slow = await scene.ask("GET /slow", f"sid={FIRST}")
    scene.clock.advance(1)
    await scene.visit("POST /logout", f"sid={FIRST}", DELETED, status=302)
    scene.clock.advance(1)
    await scene.answer(slow, sid(value))
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["logout"]
    assert scene.take(CookieReused) == []
    written = scene.take(SessionWritten)[-1]
    assert (written.cause, written.session) == ("x2", fingerprint(FIRST))
    scene.clock.advance(1)
    await scene.visit("GET /me", f"sid={value}")
    (loaded,) = [one for one in scene.take(SessionLoaded) if one.origin == "seen"]
    assert (loaded.cause, loaded.session) == ("x4", fingerprint(FIRST))


@pytest.mark.parametrize("status", [200, 302])
async def test_a_logout_that_was_sent_before_a_rotation_is_a_logout(
    scene: TrafficScene, status: int
) -> None:
    logout = await scene.ask("POST /logout", f"sid={FIRST}")
    await scene.visit("GET /me", f"sid={FIRST}", sid(SECOND))
    await scene.answer(logout, DELETED, status=status)
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["logout"]
    assert scene.take(CookieReused) == []


async def test_an_app_that_refuses_the_replaced_id_has_not_ended_the_session(
    scene: TrafficScene,
) -> None:
    other = await scene.ask("GET /other", f"sid={FIRST}")
    await scene.visit("GET /me", f"sid={FIRST}", sid(SECOND))
    await scene.answer(other, DELETED, status=401)
    assert scene.take(SessionDestroyed) == []
    assert [one.outcome for one in scene.take(CookieReused)] == ["refused"]
    await scene.visit("GET /me", f"sid={SECOND}")
    assert scene.take(SessionLoaded)[-1].session == fingerprint(FIRST)


async def test_it_has_not_where_the_refusal_comes_before_the_replacement(
    scene: TrafficScene,
) -> None:
    other = await scene.ask("GET /other", f"sid={FIRST}")
    rotating = await scene.ask("GET /me", f"sid={FIRST}")
    await scene.answer(other, DELETED, status=401)
    await scene.answer(rotating, sid(SECOND))
    await scene.visit("GET /me", f"sid={SECOND}")
    assert scene.take(SessionDestroyed) == []
    assert scene.take(SessionShownAgain) == []
    assert state_of(*scene.events).sessions[fingerprint(FIRST)].ended is None

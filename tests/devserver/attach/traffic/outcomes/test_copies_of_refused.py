"""A session that the app has refused, and whose cookie it deleted: whoever brings it has a copy."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
)
from session_inspector.inspector.model.facts.state import State
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_shown_again import DELETED, every_kind, log_in
from tests.inspector.model.events import state_of


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", named=("session",))
    yield found
    found.opener.close()


async def refuse(scene: TrafficScene, value: str, *lines: str) -> str:
    """Log in, use it, and have it refused; returns the Cookie header of before."""
    await scene.visit("GET /me", status=401)
    jar = await log_in(scene, value)
    await scene.visit("GET /me", jar)
    await scene.visit("GET /me", jar, *lines, status=401)
    scene.clock.advance(5)
    return jar


def life_in(state: State) -> str:
    (known,) = state.sessions.values()
    return known.ended.life if known.ended is not None else "live"


@every_kind
async def test_a_copy_that_is_accepted_after_the_refusal_is_told(
    scene: TrafficScene, value: str
) -> None:
    jar = await refuse(scene, value, DELETED)
    loaded = len(scene.take(SessionLoaded))
    scene.browser = "curl/8"
    await scene.visit("GET /me", jar)
    (again,) = scene.take(SessionShownAgain)
    assert (again.ended, again.ended_by, again.outcome) == ("refused", "x4", "accepted")
    assert len(scene.take(SessionLoaded)) == loaded, "its own browser has it no more"
    state = state_of(*scene.events)
    assert [one.kind for one in state.alarms.raised] == ["copy accepted"]
    assert life_in(state) == "accepted"


@every_kind
async def test_a_copy_that_is_refused_again_is_a_line(scene: TrafficScene, value: str) -> None:
    jar = await refuse(scene, value, DELETED)
    await scene.visit("GET /me", jar, status=401)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["refused"]
    assert len(scene.take(SessionRefused)) == 1
    assert life_in(state_of(*scene.events)) == "refused"


@every_kind
async def test_what_keeps_its_cookie_lives_when_it_is_accepted_again(
    scene: TrafficScene, value: str
) -> None:
    jar = await refuse(scene, value)
    await scene.visit("GET /me", jar)
    assert not scene.take(SessionShownAgain)
    assert life_in(state_of(*scene.events)) == "live"


@every_kind
async def test_a_login_with_the_same_value_begins_it_anew(scene: TrafficScene, value: str) -> None:
    await refuse(scene, value, DELETED)
    jar = await log_in(scene, value)
    await scene.visit("GET /me", jar)
    assert not scene.take(SessionShownAgain)


@every_kind
async def test_a_request_that_was_under_way_brings_no_copy(scene: TrafficScene, value: str) -> None:
    await scene.visit("GET /me", status=401)
    jar = await log_in(scene, value)
    await scene.visit("GET /me", jar)
    late = await scene.ask("GET /me", jar)
    await scene.visit("GET /me", jar, DELETED, status=401)
    scene.clock.advance(5)
    await scene.answer(late)
    assert not scene.take(SessionShownAgain)

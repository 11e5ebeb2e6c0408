"""What deletes the cookie of a browser with an old value ends no session."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic import replaced
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_learned_sessions import (
    FIRST,
    GONE,
    SECOND,
    THIRD,
    log_in,
    rotate,
)
from tests.inspector.model.events import state_of

OLD = "iE__oKs4wVzFuHI71fxBEQ"
NEW = "QrsDOqewzB9tpqa_sHvbJg"
DELETED = "id=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"


def line(value: str) -> str:
    """Return the cookie as tower-sessions sets it."""
    return f"id={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=20"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def change_password(scene: TrafficScene) -> str:
    """Log in and get a new id at a change of the password; returns the session's name."""
    await scene.visit("GET /profile", status=401)
    name = await replaced.change_password(scene, (f"id={OLD}", f"id={NEW}"))
    await scene.visit("GET /profile", f"id={NEW}")
    scene.clock.advance(2)
    return name


@pytest.mark.parametrize(
    ("status", "location"), [(401, ""), (403, ""), (303, "/login")], ids=["401", "403", "redirect"]
)
async def test_an_app_that_deletes_an_unknown_id_has_not_ended_the_session(
    scene: TrafficScene, status: int, location: str
) -> None:
    name = await change_password(scene)
    await scene.visit("GET /profile", f"id={OLD}", DELETED, status=status, location=location)
    await scene.visit("GET /profile", f"id={NEW}")
    await scene.visit("POST /bump", f"id={NEW}", line(NEW))
    (reused,) = scene.take(CookieReused)
    assert (reused.session, reused.outcome, reused.status) == (name, "refused", status)
    assert scene.take(SessionDestroyed) == []
    assert scene.take(SessionRefused) == []
    assert scene.take(SessionShownAgain) == []
    reasons = [(one.session, one.reason) for one in scene.take(SessionWritten)]
    assert reasons == [(name, "login"), (name, "rotate"), (name, "roll")]


async def test_what_becomes_of_the_id_that_counts_shows_that_it_is_over(
    scene: TrafficScene,
) -> None:
    name = await change_password(scene)
    await scene.visit("GET /profile", f"id={OLD}", DELETED, status=401)
    await scene.visit("GET /profile", f"id={NEW}", status=401)
    assert [(one.session, one.code) for one in scene.take(SessionRefused)] == [(name, "401")]


async def test_a_logout_with_an_old_id_is_taken_back_when_the_new_one_is_accepted(
    scene: TrafficScene,
) -> None:
    name = await change_password(scene)
    await scene.visit("POST /logout", f"id={OLD}", DELETED, status=303)
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]
    await scene.visit("GET /other", f"id={NEW}")
    assert len(scene.take(SessionLoaded)) == 4, "perhaps that page needs no session"
    await scene.visit("GET /profile", f"id={NEW}")
    loaded = scene.take(SessionLoaded)[-1]
    assert (loaded.session, loaded.origin) == (name, "seen")
    await scene.visit("GET /profile", f"id={NEW}")
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["answered"]


async def test_a_logout_with_the_id_that_counts_is_not_taken_back(scene: TrafficScene) -> None:
    await change_password(scene)
    await scene.visit("POST /logout", f"id={NEW}", DELETED, status=303)
    await scene.visit("GET /profile", f"id={NEW}")
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["accepted"]


async def test_the_end_of_a_refresh_family_is_taken_back_when_its_token_is_renewed(
    scene: TrafficScene,
) -> None:
    """It deletes the cookies of whoever sends an old token, and leaves the family alone."""
    name = await log_in(scene)
    await rotate(scene)
    scene.clock.advance(2)
    await scene.visit("POST /refresh", f"refresh={FIRST}", *GONE, status=401)
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["reuse"]
    await rotate(scene, SECOND, THIRD)
    early, corrected = scene.take(CookieReused)
    assert (early.outcome, corrected.outcome, corrected.cause) == ("ended", "refused", early.cause)
    assert {one.session for one in scene.take(SessionWritten)} == {name}
    assert scene.take(SessionShownAgain) == []
    state = state_of(*scene.events)
    assert state.sessions[name].ended is None
    (alarm,) = state.alarms.raised
    assert alarm.count == 1
    assert alarm.text.startswith("the app refused it (401): ")


async def test_an_access_token_that_is_accepted_until_its_end_takes_nothing_back(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /me", status=401)
    await log_in(scene)
    await rotate(scene)
    scene.clock.advance(2)
    await scene.visit("POST /refresh", f"refresh={FIRST}", *GONE, status=401)
    await scene.visit("GET /me", f"refresh={SECOND}")
    assert [one.outcome for one in scene.take(CookieReused)] == ["ended"]
    await scene.visit("POST /refresh", f"refresh={SECOND}", status=401)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["accepted", "refused"]

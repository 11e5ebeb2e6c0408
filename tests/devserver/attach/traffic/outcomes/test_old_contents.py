"""Tokens in a cookie that can be read: an old content of it that the app refuses is reuse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.outcomes.refusing import DELETED, line, lives, starlette
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.inspector.model.events import state_of


def content(number: int) -> str:
    return starlette("secret", user="bob", refresh_token=f"r{number}", access_token=f"a{number}")


OLD = content(1)
NEW = content(2)


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret")
    await found.visit("GET /me", status=302, location="/login")
    await found.visit("POST /login", "", line(OLD), status=302, location="/me")
    await found.visit("GET /me", OLD)
    await found.visit("GET /me", OLD, line(NEW))
    assert found.take(SessionWritten)[-1].reason == "refresh"
    found.clock.advance(12)
    yield found
    found.opener.close()


def outcomes(scene: TrafficScene) -> list[tuple[str, str]]:
    return [(one.outcome, one.replaced_by) for one in scene.take(CookieReused)]


@pytest.mark.parametrize(
    ("lines", "outcome"), [((DELETED,), "ended"), ((), "refused")], ids=["deleted", "kept"]
)
async def test_an_old_content_that_is_turned_away_is_reuse(
    scene: TrafficScene, lines: tuple[str, ...], outcome: str
) -> None:
    scene.browser = "thief"
    await scene.visit("GET /me", OLD, *lines, status=302, location="/login")
    assert outcomes(scene) == [(outcome, "x4")]
    assert [one.kind for one in state_of(*scene.events).alarms.raised] == ["refresh reuse"]


async def test_the_browser_with_the_new_one_sends_no_copy(scene: TrafficScene) -> None:
    """What was deleted was deleted in the other browser."""
    await scene.visit("GET /me", OLD, DELETED, status=302, location="/login")
    scene.clock.advance(2)
    await scene.visit("GET /me", NEW, DELETED, status=302, location="/login")
    assert scene.take(SessionShownAgain) == []
    assert [one.cause for one in scene.take(SessionRefused)] == ["x5", "x6"]
    assert len(outcomes(scene)) == 1
    assert lives(scene) == ["refused"]


async def test_it_lives_where_the_new_one_is_accepted(scene: TrafficScene) -> None:
    await scene.visit("GET /me", OLD, DELETED, status=302, location="/login")
    scene.clock.advance(2)
    await scene.visit("GET /me", NEW)
    assert lives(scene) == [""]


@pytest.mark.parametrize(
    ("value", "late", "status"),
    [(OLD, 0, 200), (NEW, 0, 302), (OLD, -12, 302)],
    ids=["answered", "the new one", "at the same time"],
)
async def test_what_is_no_reuse(scene: TrafficScene, value: str, late: float, status: int) -> None:
    """The near misses."""
    scene.clock.advance(late)
    await scene.visit("GET /me", value, status=status, location="/login" if status == 302 else "")
    assert outcomes(scene) == []

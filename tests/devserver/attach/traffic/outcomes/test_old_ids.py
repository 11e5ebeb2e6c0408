"""An id that lives on after another one took its place: PHP's `session_regenerate_id()`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionLoaded,
    SessionWritten,
)
from tests.devserver.attach.traffic.outcomes.refusing import line, lives, log_in, php
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.inspector.model.events import state_of

PASSWORD = "POST /pw"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    """An app that turns strangers away, and a session of which the id was drawn anew."""
    found = TrafficScene()
    await found.visit("GET /me", status=401)
    await log_in(found, php(0))
    await found.visit(PASSWORD, php(0), line(php(1)))
    yield found
    found.opener.close()


def outcomes(scene: TrafficScene) -> list[tuple[str, str]]:
    return [(one.outcome, one.cause) for one in scene.take(CookieReused)]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.2, [("accepted", "x7")]), (0.05, [])], ids=["late", "overtaken"]
)
async def test_an_old_id_is_told_at_once_where_the_new_one_is_in_use(
    scene: TrafficScene, seconds: float, expected: list[tuple[str, str]]
) -> None:
    await scene.visit("GET /me", php(1))
    scene.clock.advance(seconds)
    await scene.visit("GET /me", php(0))
    assert outcomes(scene) == expected


@pytest.mark.parametrize("is_deleted", [False, True], ids=["refused since", "logged out"])
async def test_an_old_id_that_is_accepted_after_the_logout_brings_its_session_back(
    scene: TrafficScene, is_deleted: bool
) -> None:
    scene.clock.advance(3)
    await scene.visit("GET /me", php(0))
    if is_deleted:
        await scene.visit("POST /logout", php(1), "PHPSESSID=; Path=/; Max-Age=0", status=303)
    else:
        await scene.visit("GET /me", php(1))
        await scene.visit("GET /me", php(1), status=401)
    assert lives(scene) == [["refused", "logged-out"][is_deleted]]
    scene.clock.advance(3)
    await scene.visit("GET /me", php(0))
    assert [outcome for outcome, _ in outcomes(scene)] == ["accepted", "accepted"]
    assert scene.take(SessionLoaded)[-1].origin == "seen"
    assert lives(scene) == [""]
    kinds = [one.kind for one in state_of(*scene.events).alarms.raised]
    assert set(kinds) == {"old id accepted"}


@pytest.mark.parametrize(
    ("request_line", "status"), [("GET /me", 401), ("GET /shop", 200)], ids=["refused", "not known"]
)
async def test_one_that_is_refused_or_shows_nothing_brings_none_back(
    scene: TrafficScene, request_line: str, status: int
) -> None:
    """The near miss."""
    await scene.visit("POST /logout", php(1), "PHPSESSID=; Path=/; Max-Age=0", status=303)
    scene.clock.advance(3)
    await scene.visit(request_line, php(0), status=status)
    assert "accepted" not in [outcome for outcome, _ in outcomes(scene)]
    assert lives(scene) == ["logged-out"]


async def test_a_request_of_before_the_logout_brings_none_back(scene: TrafficScene) -> None:
    scene.clock.advance(3)
    slow = await scene.ask("GET /me", php(0))
    await scene.visit("POST /logout", php(1), "PHPSESSID=; Path=/; Max-Age=0", status=303)
    await scene.answer(slow)
    assert lives(scene) == ["logged-out"]


async def test_an_answer_that_draws_the_id_anew_once_more_has_refused_nothing(
    scene: TrafficScene,
) -> None:
    """Two requests with one id, and each draws another."""
    await scene.visit("GET /me", php(0), line(php(2)))
    assert outcomes(scene) == []
    written = scene.take(SessionWritten)
    assert {one.session for one in written} == {written[0].session}
    assert [one.reason for one in written] == ["login", "rotate", "rotate"]
    await scene.visit("GET /me", php(2))
    assert lives(scene) == [""]


async def test_so_it_is_where_nobody_was_turned_away_yet() -> None:
    scene = TrafficScene()
    await log_in(scene, php(0))
    await scene.visit("GET /me", php(0), line(php(1)))
    await scene.visit("GET /me", php(0), line(php(2)))
    assert len({one.session for one in scene.take(SessionWritten)}) == 1
    scene.clock.advance(3)
    await scene.visit("GET /me", php(0), line(php(3)))
    assert len({one.session for one in scene.take(SessionWritten)}) == 2, "perhaps a visitor's"


async def test_a_login_over_an_old_id_has_not_refused_it(scene: TrafficScene) -> None:
    scene.clock.advance(3)
    await scene.visit("POST /login", php(0), line(php(2)), status=303, location="/me")
    assert "refused" not in [outcome for outcome, _ in outcomes(scene)]
    assert scene.take(SessionWritten)[-1].reason == "login"


async def test_a_redirect_with_another_id_has(scene: TrafficScene) -> None:
    """The near miss."""
    scene.clock.advance(3)
    await scene.visit("GET /cart", php(0), line(php(2)), status=302, location="/welcome")
    assert [outcome for outcome, _ in outcomes(scene)] == ["refused"]

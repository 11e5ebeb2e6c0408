"""A session that one page refuses and another answers: whether it lives is not known.

Django's admin sends a user away who is logged in and no member of the staff.
"""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import (
    SessionAnswered,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
)
from session_inspector.inspector.model.views.search import session_rows
from tests.devserver.attach.traffic.outcomes.refusing import (
    DELETED,
    Make,
    every_kind,
    line,
    lives,
    log_in,
    opened,
    php,
)
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.inspector.model.events import state_of

ADMIN = "/admin/login/?next=/admin/"


async def refuse(scene: TrafficScene, make: Make) -> str:
    """Log in, and be sent away by the admin's login; returns the session's name."""
    name = await log_in(scene, make(0))
    await scene.visit("GET /admin/", make(0))
    scene.clock.advance(1)
    await scene.visit("GET /admin/", make(0), status=302, location=ADMIN)
    scene.clock.advance(1)
    assert lives(scene) == ["refused"]
    return name


@every_kind
async def test_another_page_that_answers_puts_the_refusal_in_doubt(
    scene: TrafficScene, make: Make
) -> None:
    name = await refuse(scene, make)
    for _ in range(2):
        await scene.visit("GET /ro", make(0))
    (answered,) = scene.take(SessionAnswered)
    assert (answered.session, answered.cause, answered.refused_by) == (name, "x6", "x5")
    assert (answered.refused, answered.request, answered.status) == ("GET /admin/", "GET /ro", 200)
    (row,) = session_rows(state_of(*scene.events), scene.clock.now())
    assert (row.life, row.origin) == ("in-doubt", "seen")
    assert row.reason.startswith("refused at /admin/, answered at /ro; ")


@pytest.mark.parametrize("page", ["GET /", "GET /login", "GET /logo.svg"])
async def test_a_page_that_anybody_gets_changes_nothing(scene: TrafficScene, page: str) -> None:
    await refuse(scene, php)
    await scene.visit(page, php(0))
    assert (scene.take(SessionAnswered), lives(scene)) == ([], ["refused"])


@every_kind
async def test_a_page_that_needs_a_session_settles_it(scene: TrafficScene, make: Make) -> None:
    await scene.visit("GET /account", status=401)
    await refuse(scene, make)
    await scene.visit("GET /ro", make(0))
    await scene.visit("GET /account", make(0))
    assert lives(scene) == [""]


@every_kind
async def test_one_that_refuses_it_settles_it_as_refused(scene: TrafficScene, make: Make) -> None:
    await scene.visit("GET /me", status=401)
    await refuse(scene, make)
    await scene.visit("GET /ro", make(0))
    await scene.visit("GET /me", make(0), status=401)
    assert lives(scene) == ["refused"]
    assert [one.code for one in scene.take(SessionRefused)] == ["302", "401"]


@pytest.mark.parametrize(("status", "life"), [(200, "refused"), (302, "")])
async def test_what_nobody_gets_at_that_page_settles_it(
    scene: TrafficScene, status: int, life: str
) -> None:
    await refuse(scene, php)
    await scene.visit("GET /ro", php(0))
    scene.clock.advance(1)
    await scene.visit("GET /ro", status=status, location="/login" if status == 302 else "")
    assert lives(scene) == [life]


async def test_a_refusal_since_is_not_taken_back_by_that(scene: TrafficScene) -> None:
    await refuse(scene, php)
    await scene.visit("GET /ro", php(0))
    scene.clock.advance(1)
    await scene.visit("GET /me", php(0), status=302, location="/login")
    await scene.visit("GET /ro", status=302, location="/login")
    assert lives(scene) == ["refused"]


async def test_a_request_from_before_the_refusal_shows_nothing(scene: TrafficScene) -> None:
    name = await log_in(scene, php(0))
    early = await scene.ask("GET /ro", php(0))
    scene.clock.advance(1)
    await scene.visit("GET /me", php(0), status=302, location="/login")
    await scene.answer(early)
    assert (name, lives(scene)) == (scene.take(SessionRefused)[0].session, ["refused"])


async def test_one_whose_cookie_was_deleted_stays_refused(scene: TrafficScene) -> None:
    """Django flushes a session whose hash no longer fits: what is sent since is a copy."""
    await log_in(scene, opened(0))
    await scene.visit("GET /me", opened(0), DELETED, status=302, location="/login")
    await scene.visit("GET /ro", opened(0))
    assert (scene.take(SessionAnswered), lives(scene)) == ([], ["refused"])


@every_kind
async def test_a_logout_ends_what_is_in_doubt(scene: TrafficScene, make: Make) -> None:
    await refuse(scene, make)
    await scene.visit("GET /ro", make(0))
    name = make(0).partition("=")[0]
    await scene.visit("POST /logout", make(0), f"{name}=; Path=/; Max-Age=0", status=303)
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]
    assert lives(scene) == ["logged-out"]


async def test_a_request_that_brings_it_takes_no_doubt_away(scene: TrafficScene) -> None:
    """Also of a session in its cookie, which opens."""
    await refuse(scene, opened)
    await scene.visit("GET /ro", opened(0))
    await scene.ask("GET /slow", opened(0))
    assert scene.take(SessionLoaded)[-1].cause == "x7"
    assert lives(scene) == ["in-doubt"]


@pytest.mark.parametrize(("second", "life"), [(-1, "in-doubt"), (0, "expired")])
async def test_what_is_in_doubt_ends_with_its_own_clock(
    scene: TrafficScene, second: int, life: str
) -> None:
    await scene.visit("POST /login", "", line(php(0)), status=303, location="/me")
    await scene.visit("GET /admin/", php(0))
    await scene.visit("GET /admin/", php(0), status=302, location=ADMIN)
    await scene.visit("GET /ro", php(0))
    state = state_of(*scene.events)
    assert [row.life for row in session_rows(state, NOW + 900 + second)] == [life]


@every_kind
async def test_a_page_that_has_not_changed_accepts_it_again(
    scene: TrafficScene, make: Make
) -> None:
    """304: whoever sends the request may see the page."""
    await refuse(scene, make)
    await scene.visit("GET /admin/", status=302, location=ADMIN)
    await scene.visit("GET /admin/", make(0), status=304)
    assert lives(scene) == [""]


async def test_a_304_to_nobody_makes_no_page_a_guarded_one(scene: TrafficScene) -> None:
    await log_in(scene, opened(0))
    await scene.visit("GET /news", status=304)
    await scene.visit("GET /news", opened(0), status=401)
    await scene.visit("GET /news", opened(0))
    assert lives(scene) == ["refused"], "anybody gets that page"

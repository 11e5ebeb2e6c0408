"""A watched store, and an id that the app draws anew: its row goes, another has the same user.

The rows have the names of their ids; that it is one login the answer says, and not a new login.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionResurrected,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.app_rows import ALICE, BOB, NOBODY, Rows, cookie, line
from tests.devserver.attach.traffic.scene import TrafficScene

ANEW = "d" * 32


@pytest.fixture
async def scene(rows: Rows) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", rows=rows, find_gone=rows.find_gone)
    await found.visit("GET /me", "", status=401)
    await found.visit("POST /login", "", line(ALICE), status=302)
    found.clock.advance(5)
    yield found
    found.opener.close()


async def draw_anew(
    scene: TrafficScene, rows: Rows, user: str = "alice", request: str = "POST /pw"
) -> SessionWritten:
    """Change the password: the old row is deleted, and a new one written."""
    change = await scene.ask(request, cookie(ALICE))
    rows.delete(ALICE)
    rows.users[ANEW] = user
    await scene.answer(change, line(ANEW), status=302)
    scene.clock.advance(5)
    return scene.take(SessionWritten)[-1]


async def test_an_id_that_is_drawn_anew_is_a_rotation_and_keeps_the_login(
    scene: TrafficScene, rows: Rows
) -> None:
    written = await draw_anew(scene, rows)
    assert (written.session, written.reason) == (fingerprint(ANEW), "rotate")
    assert (written.previous, written.facts.login) == (fingerprint(ALICE), "x2")
    assert scene.take(SessionDestroyed) == []
    await scene.visit("GET /me", cookie(ANEW))
    assert scene.take(SessionResurrected) == []


@pytest.mark.parametrize(("status", "outcome"), [(401, "refused"), (200, "accepted")])
async def test_the_old_id_is_a_replaced_one_and_no_copy(
    scene: TrafficScene, rows: Rows, status: int, outcome: str
) -> None:
    await draw_anew(scene, rows)
    await scene.visit("GET /me", cookie(ALICE), status=status)
    (reused,) = scene.take(CookieReused)
    assert (reused.session, reused.outcome) == (fingerprint(ANEW), outcome)
    assert (reused.replaced_by, reused.renews) == ("x3", False)
    assert scene.take(SessionShownAgain) == []


@pytest.mark.parametrize("request_line", ["POST /login", "GET /callback"])
async def test_a_login_is_another_session(
    scene: TrafficScene, rows: Rows, request_line: str
) -> None:
    written = await draw_anew(scene, rows, request=request_line)
    assert (written.reason, written.previous) == ("login", fingerprint(ALICE))
    assert written.facts.login == "x3"


@pytest.mark.parametrize("user", ["bob", ""])
async def test_another_user_s_or_nobody_s_row_is_another_session(
    scene: TrafficScene, rows: Rows, user: str
) -> None:
    written = await draw_anew(scene, rows, user=user)
    assert written.reason == "created", "no login was seen"
    assert (written.previous == "") is (user == ""), "nobody's is told as a logout"


async def test_rows_of_which_one_is_not_read_are_two_sessions(
    scene: TrafficScene, rows: Rows
) -> None:
    change = await scene.ask("POST /pw", cookie(ALICE))
    await scene.answer(change, line(ANEW), status=302)
    assert scene.take(SessionWritten)[-1].reason == "created"


async def test_a_visitor_s_id_that_is_drawn_anew_is_nobody_s(
    scene: TrafficScene, rows: Rows
) -> None:
    await scene.visit("GET /", "", line(NOBODY))
    rows.users[BOB] = ""
    await scene.visit("GET /shop", cookie(NOBODY), line(BOB))
    assert scene.take(SessionWritten)[-1].reason == "created"

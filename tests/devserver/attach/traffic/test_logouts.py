"""What is a logout: a user's session ends by it, and a session that was over does not end again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.app_rows import (
    ALICE,
    BOB,
    DELETED,
    NOBODY,
    Rows,
    cookie,
    line,
)
from tests.devserver.attach.traffic.scene import NOW, TrafficScene


@pytest.fixture
async def scene(rows: Rows) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", rows=rows, find_gone=rows.find_gone)
    await found.visit("POST /login", "", line(ALICE), status=302)
    yield found
    found.opener.close()


async def test_a_user_s_session_that_makes_way_for_nobody_s_is_logged_out(
    scene: TrafficScene,
) -> None:
    await scene.visit("POST /logout", cookie(ALICE), line(NOBODY), status=302)
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason, ended.cause) == (fingerprint(ALICE), "logout", "x2")
    assert ended.detail == (
        "POST /logout gave the browser another session, and nobody is logged in to that one"
    )
    written = scene.take(SessionWritten)[-1]
    assert (written.session, written.previous, written.facts.sub) == (fingerprint(NOBODY), "", "")


async def test_another_user_s_session_takes_its_place(scene: TrafficScene) -> None:
    await scene.visit("POST /login", cookie(ALICE), line(BOB), status=302)
    assert scene.take(SessionDestroyed) == []
    assert scene.take(SessionWritten)[-1].previous == fingerprint(ALICE)


async def test_who_is_in_a_session_without_a_row_is_not_known(
    scene: TrafficScene, rows: Rows
) -> None:
    del rows.users[NOBODY]
    await scene.visit("POST /logout", cookie(ALICE), line(NOBODY), status=302)
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (fingerprint(ALICE), "logout")
    assert ended.detail.endswith("; who is logged in to that one is not known")
    assert scene.take(SessionWritten)[-1].previous == ""


async def test_a_login_over_nobody_s_session_is_no_logout(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", line(NOBODY))
    await scene.visit("POST /login", cookie(NOBODY), line(BOB), status=302)
    assert scene.take(SessionDestroyed) == []


async def test_a_refused_cookie_that_is_deleted_was_not_logged_out(scene: TrafficScene) -> None:
    """Its row was revoked: nobody has looked since."""
    await scene.visit("GET /", cookie(ALICE), DELETED, status=401)
    assert scene.take(SessionDestroyed) == []
    (refused,) = scene.take(SessionRefused)
    assert (refused.code, refused.origin) == ("401", "seen")
    assert refused.reason == "the app refused it (401): GET /, and deleted its cookie"


@pytest.mark.parametrize("status", [200, 302, 401])
async def test_a_session_whose_row_is_gone_is_not_logged_out(
    scene: TrafficScene, rows: Rows, status: int
) -> None:
    rows.delete(ALICE)
    await scene.visit("GET /", cookie(ALICE), DELETED, status=status)
    assert scene.take(SessionDestroyed) == []


async def test_a_row_that_goes_while_its_logout_is_answered_is_logged_out(
    scene: TrafficScene, rows: Rows
) -> None:
    logout = await scene.ask("POST /logout", cookie(ALICE))
    rows.delete(ALICE)
    await scene.answer(logout, DELETED, status=302)
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["logout"]


@pytest.mark.parametrize("status", [200, 302, 401])
async def test_a_replay_after_a_logout_is_no_second_logout(
    scene: TrafficScene, status: int
) -> None:
    await scene.visit("POST /logout", cookie(ALICE), DELETED, status=302)
    scene.clock.advance(1)
    await scene.visit("GET /", cookie(ALICE), DELETED, status=status)
    assert [ended.cause for ended in scene.take(SessionDestroyed)] == ["x2"]
    assert [again.outcome for again in scene.take(SessionShownAgain)] == ["refused"]
    assert [loaded.cause for loaded in scene.take(SessionLoaded)] == ["x2"], "it was live once"


async def test_a_row_that_went_after_its_request_had_come_was_there_when_it_came(
    scene: TrafficScene, rows: Rows
) -> None:
    """The look into the store is ahead of the answer of the request that deletes the row."""
    rows.delete(ALICE)
    rows.gone_at = NOW + 5
    await scene.visit("POST /logout", cookie(ALICE), DELETED, status=302)
    assert scene.take(SessionRefused) == []
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (fingerprint(ALICE), "logout")
    scene.clock.advance(6)
    await scene.visit("GET /me", cookie(BOB))
    rows.delete(BOB)
    await scene.visit("GET /me", cookie(BOB))
    assert [one.code for one in scene.take(SessionRefused)] == ["gone"]


@pytest.mark.parametrize(
    ("request_line", "location"),
    [
        ("GET /me", "/login?next=/me"),
        ("GET /me", "/accounts/login/"),
        ("GET /new", "/login?next=%2Fnew%3Fpage%3D2"),
        ("GET /new", "https://app.test/login?returnTo=https://app.test/new"),
    ],
)
async def test_who_is_sent_to_the_login_and_loses_his_cookie_was_refused(
    scene: TrafficScene, request_line: str, location: str
) -> None:
    """Django flushes a session whose hash no longer fits; its row was read a moment ago."""
    await scene.visit("GET /me", cookie(ALICE))
    arrival = await scene.ask(request_line, cookie(ALICE))
    await scene.answer(arrival, DELETED, status=302, location=location)
    assert scene.take(SessionDestroyed) == []
    (refused,) = scene.take(SessionRefused)
    assert (refused.code, refused.origin, refused.cause) == ("302", "seen", arrival.exchange)
    assert refused.reason.endswith(f"(302): {request_line}, and deleted its cookie")


@pytest.mark.parametrize(
    ("request_line", "location"),
    [
        ("GET /logout", "/login?next=/logout"),
        ("POST /leave", "/login?next=/leave"),
        ("GET /bye", "/login"),
        ("GET /bye", "/login?next=/"),
        ("GET /me", "/"),  # /me?do=leave
    ],
)
async def test_who_asked_to_leave_and_loses_his_cookie_has_logged_out(
    scene: TrafficScene, request_line: str, location: str
) -> None:
    await scene.visit("GET /me", cookie(ALICE))
    await scene.visit(request_line, cookie(ALICE), DELETED, status=302, location=location)
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]
    assert scene.take(SessionRefused) == []


async def test_a_row_that_was_known_to_be_gone_keeps_its_cause(
    scene: TrafficScene, rows: Rows
) -> None:
    await scene.visit("GET /me", cookie(ALICE))
    rows.delete(ALICE)
    scene.clock.advance(1)
    await scene.visit("GET /me", cookie(ALICE), DELETED, status=302, location="/login?next=/me")
    assert scene.take(SessionDestroyed) == []
    assert [one.code for one in scene.take(SessionRefused)] == ["gone"]


@pytest.mark.parametrize(
    ("accepted", "status", "location", "is_refused"),
    [
        ("GET /me", 401, "", True),
        ("GET /me", 302, "/login", True),
        ("GET /", 401, "", False),  # a page that this session never had
        ("GET /", 302, "/login", False),
    ],
)
async def test_an_app_may_refuse_a_session_whose_row_is_there(
    scene: TrafficScene, accepted: str, status: int, location: str, *, is_refused: bool
) -> None:
    """A change of the password raises a number that each row has to have."""
    await scene.visit(accepted, cookie(ALICE))
    await scene.visit("GET /me", cookie(ALICE), status=status, location=location)
    codes = [one.code for one in scene.take(SessionRefused)]
    assert codes == ([str(status)] if is_refused else [])

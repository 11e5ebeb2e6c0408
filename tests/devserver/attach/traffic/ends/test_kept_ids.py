"""A logout that leaves a session its id: its row loses its user."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.app_rows import ALICE, NOBODY, Rows, cookie, line
from tests.devserver.attach.traffic.outcomes.refusing import lives
from tests.devserver.attach.traffic.scene import NOW, TrafficScene


@pytest.fixture
async def scene(rows: Rows) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", rows=rows, read_row=rows.read)
    await found.visit("GET /me", status=401)
    await found.visit("POST /login", "", line(ALICE), status=302)
    await found.visit("GET /me", cookie(ALICE))
    yield found
    found.opener.close()


def reasons(scene: TrafficScene) -> list[str]:
    return [one.reason for one in scene.take(SessionDestroyed)]


async def log_out(scene: TrafficScene, rows: Rows, *lines: str) -> None:
    """Flask-Session saves the row before its answer, and sends its cookie again."""
    arrival = await scene.ask("POST /logout", cookie(ALICE))
    rows.users[ALICE] = ""
    await scene.answer(arrival, *lines, status=303)


@pytest.mark.parametrize("lines", [(), (line(ALICE),)], ids=["no cookie", "sent again"])
async def test_a_row_that_loses_its_user_at_a_logout_is_logged_out(
    scene: TrafficScene, rows: Rows, lines: tuple[str, ...]
) -> None:
    await log_out(scene, rows, *lines)
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.reason, ended.cause) == ("logout", "x4")
    assert (
        ended.detail == "POST /logout took the user out of its row: what is left in it is nobody's"
    )
    assert lives(scene) == ["logged-out"]


async def test_its_id_is_no_copy_as_it_goes_on_as_nobody_s(scene: TrafficScene, rows: Rows) -> None:
    await log_out(scene, rows)
    await scene.visit("GET /", cookie(ALICE), line(ALICE))
    await scene.visit("GET /me", cookie(ALICE), status=401)
    assert scene.take(SessionShownAgain) == []
    assert lives(scene) == ["logged-out"]
    assert len(scene.take(SessionWritten)) == 1


async def test_it_is_one_where_the_app_accepts_it_all_the_same(
    scene: TrafficScene, rows: Rows
) -> None:
    await log_out(scene, rows)
    await scene.visit("GET /me", cookie(ALICE))
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["accepted"]


@pytest.mark.parametrize("lines", [(), (line(ALICE),)], ids=["no cookie", "sent again"])
async def test_the_next_login_with_that_id_is_live(
    scene: TrafficScene, rows: Rows, lines: tuple[str, ...]
) -> None:
    await log_out(scene, rows)
    arrival = await scene.ask("POST /login", cookie(ALICE))
    rows.users[ALICE] = "bob"
    await scene.answer(arrival, *lines, status=303)
    assert lives(scene) == [""]


@pytest.mark.parametrize(
    ("request_line", "user"), [("POST /logout", "alice"), ("POST /cart", "")], ids=["kept", "other"]
)
async def test_a_user_who_stays_or_another_request_is_no_logout(
    scene: TrafficScene, rows: Rows, request_line: str, user: str
) -> None:
    """The near miss."""
    arrival = await scene.ask(request_line, cookie(ALICE))
    rows.users[ALICE] = user
    await scene.answer(arrival, status=303)
    assert reasons(scene) == []


async def test_the_row_is_read_where_another_user_may_take_the_place(
    scene: TrafficScene, rows: Rows
) -> None:
    read: list[str] = []

    async def note(session_id: str) -> SessionFacts | None:
        read.append(session_id)
        return await rows.read(session_id)

    other = TrafficScene("secret", rows=rows, read_row=note)
    await other.visit("POST /login", "", line(ALICE), status=302)
    for request in ("POST /impersonate/bob", "GET /hijack/2", "POST /users/su", "POST /cart"):
        await other.visit(request, cookie(ALICE), status=302)
    other.opener.close()
    assert read == [ALICE] * 3


async def test_the_login_of_before_is_not_that_of_who_took_the_place(
    scene: TrafficScene, rows: Rows
) -> None:
    for user, login in (("carl", ""), ("alice", "x2")):
        rows.users[ALICE] = user
        facts = await rows.facts(ALICE, SessionFacts(kind="stateful", sub=""))
        assert facts is not None
        rows.looked[ALICE] = facts
        await scene.visit("GET /me", cookie(ALICE), line(ALICE))
        assert scene.take(SessionWritten)[-1].facts.login == login


@pytest.mark.parametrize("lines", [(), (line(ALICE),)], ids=["no cookie", "sent again"])
async def test_a_login_after_it_is_told_once_and_the_logout_has_left_nothing(
    scene: TrafficScene, rows: Rows, lines: tuple[str, ...]
) -> None:
    await log_out(scene, rows)
    await scene.visit("GET /me", cookie(ALICE), status=302, location="/login")
    arrival = await scene.ask("POST /login", cookie(ALICE))
    rows.users[ALICE] = "bob"
    rows.looked.clear()
    await scene.answer(arrival, *lines, status=303)
    await scene.visit("GET /me", cookie(ALICE))
    assert len(scene.take(SessionWritten)) == 1 + len(lines)
    assert [one for one in scene.take(CookieLeft) if one.outcome == "accepted"] == []
    assert lives(scene) == [""]


@pytest.mark.parametrize(("follows", "told"), [(True, []), (False, ["begun"])])
async def test_what_is_read_once_another_request_has_come_is_told_of_none(
    scene: TrafficScene, rows: Rows, *, follows: bool, told: list[str]
) -> None:
    """The wrong password before the right one: the row is read when both are answered."""
    await scene.visit("GET /", "", line(NOBODY))
    wrong = await scene.ask("POST /login", cookie(NOBODY))
    await scene.reporter.report_answer(wrong, NOW, [], status=200)
    rows.users[NOBODY] = "bob"
    await scene.reporter.report_end(wrong, NOW, lambda: follows)
    found = [one.reason for one in scene.take(SessionWritten) if one.cause == wrong.exchange]
    assert found == told

"""A cookie that is taken away where nobody asked for a logout: refused, or over by its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.base import SessionFacts, Timer
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from tests.devserver.attach.traffic.app_rows import ALICE, DELETED, NOBODY, Rows, cookie, line
from tests.devserver.attach.traffic.outcomes.refusing import lives, starlette
from tests.devserver.attach.traffic.scene import NOW, TrafficScene


class DatedRows(Rows):
    """Rows with an end that their framework obeys."""

    ends: Seconds | None = None
    is_assumed = False

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        found = await super().facts(session_id, cookie)
        if found is None or self.ends is None:
            return found
        end = Timer(name="store", ends=self.ends, ends_session=True, is_assumed=self.is_assumed)
        return replace(found, timers=(end,))


@pytest.fixture
def rows() -> DatedRows:
    return DatedRows()


@pytest.fixture
async def scene(rows: DatedRows) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", rows=rows, find_gone=rows.find_gone)
    await found.visit("POST /login", "", line(ALICE), status=302)
    await found.visit("GET /home", cookie(ALICE))
    yield found
    found.opener.close()


def reasons(scene: TrafficScene) -> list[str]:
    return [one.reason for one in scene.take(SessionDestroyed)]


@pytest.mark.parametrize("page", ["GET /", "GET /home", "GET /login"])
async def test_a_page_that_shows_something_to_others_logs_nobody_out(
    scene: TrafficScene, page: str
) -> None:
    """better-auth and Django after the rows were lost: the page is answered without the session."""
    await scene.visit("GET /")
    await scene.visit(page, cookie(ALICE), DELETED)
    (refused,) = scene.take(SessionRefused)
    assert (refused.code, refused.origin) == ("unasked", "seen")
    assert refused.reason == f"the app deleted its cookie, and {page} is no logout"
    assert (reasons(scene), lives(scene)) == ([], ["refused"])


@pytest.mark.parametrize(
    ("page", "status", "location"),
    [
        ("GET /logout", 200, ""),
        ("GET /bye", 200, ""),
        ("GET /gone", 200, ""),
        ("GET /", 302, "/welcome"),
        ("POST /account/delete", 200, ""),
    ],
    ids=["logout", "bye", "nobody was shown it", "leads elsewhere", "a form"],
)
async def test_what_may_be_a_logout_is_one(
    scene: TrafficScene, page: str, status: int, location: str
) -> None:
    """The near miss."""
    for known in ("GET /", "GET /bye"):
        await scene.visit(known)
    await scene.visit(page, cookie(ALICE), DELETED, status=status, location=location)
    assert (reasons(scene), scene.take(SessionRefused)) == (["logout"], [])


@pytest.mark.parametrize(
    ("ends", "is_assumed", "expected"),
    [(NOW + 8, False, []), (NOW + 12, False, ["logout"]), (NOW + 8, True, ["logout"])],
    ids=["run out", "not yet", "assumed"],
)
async def test_a_session_whose_clock_has_run_out_is_not_logged_out(
    scene: TrafficScene, rows: DatedRows, ends: float, is_assumed: bool, expected: list[str]
) -> None:
    rows.ends = ends
    rows.is_assumed = is_assumed
    scene.clock.advance(10)
    await scene.visit("GET /new", cookie(ALICE), DELETED, status=302, location="/welcome")
    assert reasons(scene) == expected
    codes = [one.code for one in scene.take(SessionRefused)]
    assert codes == ["expired"] * (not expected)


@pytest.mark.parametrize("is_over", [True, False])
async def test_a_row_counts_as_the_last_look_into_the_store_has_read_it(
    scene: TrafficScene, rows: DatedRows, is_over: bool
) -> None:
    """Somebody has ended it there (`sessions expire`), or logged in as another user."""
    rows.ends = NOW + 30 - 60 * is_over
    end = Timer(name="store", ends=rows.ends, ends_session=True)
    rows.looked[ALICE] = SessionFacts(kind="stateful", sub="carl", timers=(end,))
    await scene.visit("GET /new", cookie(ALICE), DELETED, status=302, location="/welcome")
    loaded = [one.sub for one in scene.take(SessionLoaded) if one.cause == "x3"]
    assert loaded == ["carl"] * (not is_over)


async def test_a_cookie_beyond_its_max_age_is_not_logged_out() -> None:
    scene = TrafficScene("secret")
    await scene.visit("POST /login", "", f"{line(ALICE)}; Max-Age=10", status=302)
    scene.clock.advance(20)
    await scene.visit("POST /logout", cookie(ALICE), DELETED)
    assert reasons(scene) == []
    assert [one.origin for one in scene.take(SessionLoaded)] == [], "nothing accepted it"
    (refused,) = scene.take(SessionRefused)
    assert refused.reason == "connect.sid: its time was over when POST /logout brought it"
    assert lives(scene) == ["expired"]


@pytest.mark.parametrize("page", ["GET /", "GET /new"])
async def test_one_that_is_presented_and_kept_was_brought(page: str) -> None:
    """The near miss: the app may have renewed its end."""
    scene = TrafficScene("secret")
    await scene.visit("POST /login", "", f"{line(ALICE)}; Max-Age=10", status=302)
    scene.clock.advance(20)
    arrival = await scene.ask(page, cookie(ALICE))
    assert scene.take(SessionLoaded) == []
    await scene.answer(arrival)
    assert [one.origin for one in scene.take(SessionLoaded)] == ["rule"]


@pytest.mark.parametrize("location", ["/welcome", "/login"])
async def test_so_is_none_whose_row_has_ended(
    scene: TrafficScene, rows: DatedRows, location: str
) -> None:
    """Django, after SESSION_COOKIE_AGE, by a cookie that somebody has kept."""
    rows.ends = NOW + 8
    await scene.visit("GET /home", cookie(ALICE), line(ALICE))
    count = len(scene.take(SessionLoaded))
    scene.clock.advance(10)
    await scene.visit("GET /new", cookie(ALICE), DELETED, status=302, location=location)
    assert len(scene.take(SessionLoaded)) == count
    assert (reasons(scene), lives(scene)) == ([], ["expired"])


async def test_another_session_that_a_page_gives_is_no_logout(scene: TrafficScene) -> None:
    await scene.visit("GET /home", cookie(ALICE), line(NOBODY))
    assert reasons(scene) == []
    (refused,) = scene.take(SessionRefused)
    assert refused.reason == (
        "GET /home gave the browser another session, and nobody is logged in to that one,"
        " and GET /home is no logout"
    )


async def test_nor_is_one_that_comes_after_its_row_had_gone(
    scene: TrafficScene, rows: DatedRows
) -> None:
    rows.delete(ALICE)
    scene.clock.advance(1)
    await scene.visit("GET /gone", cookie(ALICE), line(NOBODY), status=302, location="/login")
    assert reasons(scene) == []
    assert scene.take(SessionShownAgain) == []


async def test_a_logout_that_deletes_what_remembers_too_ends_its_session_once() -> None:
    """Flask-Login takes the user out of the session, and deletes remember_token."""
    scene = TrafficScene("secret", named=("remember",))
    user = starlette("secret", user="ann", csrf="c")
    nobody = starlette("secret", csrf="c")
    remember = f"remember={'kT8wq2ZrV5nYb1LxC7dJm4PfHs9GaE3u'}"
    await scene.visit("POST /login", "", f"{user}; Path=/", f"{remember}; Path=/; Max-Age=9999")
    await scene.visit(
        "POST /logout", f"{user}; {remember}", f"{nobody}; Path=/", "remember=; Path=/; Max-Age=0"
    )
    assert reasons(scene) == ["logout"]

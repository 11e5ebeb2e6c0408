"""Ids without rows: which of them are sessions, and which one session's, the answers show."""

from __future__ import annotations

import hmac
import string
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.scene import TrafficScene

LETTERS = string.ascii_lowercase


def php(number: int) -> str:
    return f"PHPSESSID={LETTERS[number] * 20}012345"


def django(number: int) -> str:
    return f"sessionid={LETTERS[number] * 20}012345abcdef"


def express(number: int) -> str:
    session_id = LETTERS[number] * 32
    made = hmac.new(b"secret", session_id.encode(), "sha256").digest()
    signature = b64encode(made).decode().rstrip("=")
    return f"connect.sid={quote(f's:{session_id}.{signature}', safe='')}"


every_kind = pytest.mark.parametrize("make", [php, django, express])


def line(cookie: str) -> str:
    return f"{cookie}; Path=/; HttpOnly; SameSite=Lax"


async def log_in(scene: TrafficScene, cookie: str) -> str:
    """Log in; returns the session's name."""
    await scene.visit("POST /login", "", line(cookie), status=303)
    await scene.visit("GET /me", cookie)
    return scene.take(SessionWritten)[-1].session


class NoRows:
    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        return None

    def recall(self, session_id: str) -> SessionFacts | None:
        return None


# -- an id that is drawn anew ------------------------------------------------------------------


@every_kind
async def test_an_id_that_is_drawn_anew_is_a_rotation_of_its_session(
    make: Callable[[int], str],
) -> None:
    scene = TrafficScene()
    name = await log_in(scene, make(0))
    for number in (1, 2):
        await scene.visit("POST /pw", make(number - 1), line(make(number)))
        await scene.visit("GET /me", make(number))
    login, *rotated = scene.take(SessionWritten)
    assert [(one.session, one.reason, one.previous) for one in rotated] == [
        (name, "rotate", "")
    ] * 2
    assert {one.facts.login for one in rotated} == {login.cause}
    assert {one.session for one in scene.take(SessionLoaded)} <= {name}
    assert scene.take(CookieReused) == []


async def test_an_old_id_that_is_refused_refuses_no_session_that_lives() -> None:
    scene = TrafficScene()
    name = await log_in(scene, php(0))
    await scene.visit("POST /pw", php(0), line(php(1)))
    scene.clock.advance(3)
    count = len(scene.take(SessionLoaded))
    await scene.visit("GET /me", php(0), line(php(2)), status=401)
    (reused,) = scene.take(CookieReused)
    assert (reused.session, reused.outcome, reused.status) == (name, "refused", 401)
    assert (reused.replaced_by, reused.is_parallel, reused.renews) == ("x3", False, False)
    assert scene.take(SessionRefused) == []
    assert scene.take(SessionShownAgain) == []
    assert len(scene.take(SessionLoaded)) == count, "the old id presents no live session"
    assert len(scene.take(SessionWritten)) == 2, "whoever is refused gets an id of nobody"


@pytest.mark.parametrize(
    ("is_guarded", "seconds", "outcomes"),
    [(True, 3, ["accepted"]), (False, 3, ["unknown"]), (True, 0.2, [])],
)
async def test_an_old_id_that_is_answered_is_told_as_far_as_it_shows(
    is_guarded: bool, seconds: float, outcomes: list[str]
) -> None:
    """PHP's session_regenerate_id() without `true` leaves the old row."""
    scene = TrafficScene()
    if is_guarded:
        await scene.visit("GET /me", status=401)
    await log_in(scene, php(0))
    await scene.visit("POST /pw", php(0), line(php(1)))
    scene.clock.advance(seconds)
    await scene.visit("GET /me", php(0))
    assert [one.outcome for one in scene.take(CookieReused)] == outcomes


async def test_a_session_that_is_accepted_where_others_are_refused_is_a_user_s() -> None:
    """Its login was not seen."""
    scene = TrafficScene()
    await scene.visit("GET /me", status=401)
    await scene.visit("GET /me", php(0))
    await scene.visit("POST /pw", php(0), line(php(1)))
    (seen,) = scene.take(SessionSeen)
    (written,) = scene.take(SessionWritten)
    assert (written.session, written.reason) == (seen.session, "rotate")


@pytest.mark.parametrize(
    ("request_line", "reason", "is_replaced"),
    [
        ("POST /login", "login", True),
        ("POST /logout", "created", False),
        ("GET /sign-out", "created", False),
        ("DELETE /me", "created", True),
        ("GET /", "created", True),
    ],
)
async def test_a_login_a_logout_or_a_page_for_anybody_is_no_rotation(
    request_line: str, reason: str, is_replaced: bool
) -> None:
    scene = TrafficScene()
    await scene.visit("GET /")
    name = await log_in(scene, php(0))
    await scene.visit(request_line, php(0), line(php(1)))
    written = scene.take(SessionWritten)[-1]
    assert (written.reason, written.previous) == (reason, name if is_replaced else "")
    assert written.session != name
    assert bool(scene.take(SessionDestroyed)) is not is_replaced


async def test_a_visitor_s_id_that_is_replaced_may_be_a_login_by_another_name() -> None:
    scene = TrafficScene()
    await scene.visit("GET /", "", line(php(0)))
    await scene.visit("POST /enter", php(0), line(php(1)))
    visitor, written = scene.take(SessionWritten)
    assert (written.reason, written.previous) == ("created", visitor.session)


async def test_where_rows_are_read_a_session_has_the_name_of_its_row() -> None:
    scene = TrafficScene(rows=NoRows())
    name = await log_in(scene, php(0))
    await scene.visit("POST /pw", php(0), line(php(1)))
    written = scene.take(SessionWritten)[-1]
    assert (written.reason, written.previous) == ("created", name)


# -- an id that is refused ---------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize(
    ("status", "location"), [(401, ""), (403, ""), (302, "/login?next=/me"), (303, "/sign-in")]
)
async def test_a_guessed_id_that_is_refused_is_no_session(
    make: Callable[[int], str], status: int, location: str
) -> None:
    scene = TrafficScene()
    for number in range(3):
        fresh = line(make(number + 10))
        await scene.visit("GET /me", make(number), fresh, status=status, location=location)
    refused = scene.take(SessionRefused)
    assert [(one.code, one.origin) for one in refused] == [(str(status), "seen")] * 3
    assert (
        refused[0].reason
        == f"the app refused an id of no session that was seen ({status}): GET /me"
    )
    for kind in (SessionSeen, SessionLoaded, SessionNotOpened, SessionWritten):
        assert scene.take(kind) == []


async def test_an_id_that_came_with_a_refusal_is_listed_once_it_is_accepted() -> None:
    scene = TrafficScene()
    await scene.visit("GET /me", "", line(php(0)), status=401)
    await scene.visit("POST /login", php(0), status=303, location="/me")
    assert scene.take(SessionSeen) == []
    await scene.visit("GET /me", php(0))
    (seen,) = scene.take(SessionSeen)
    (loaded,) = scene.take(SessionLoaded)
    assert seen.session == loaded.session
    await scene.visit("GET /me", php(0))
    assert len(scene.take(SessionSeen)) == 1


@pytest.mark.parametrize("request_line", ["POST /login", "POST /enter", "GET /auth/return"])
async def test_a_login_whose_redirect_nobody_s_request_got_as_well_makes_a_session(
    request_line: str,
) -> None:
    """The near miss: the first login came without a cookie, and was led to the same page."""
    scene = TrafficScene()
    await scene.visit(request_line, "", line(php(0)), status=303, location="/me")
    await scene.visit(request_line, "", line(php(1)), status=303, location="/me")
    await scene.visit("GET /", "", line(php(2)))
    await scene.visit(request_line, php(2), line(php(3)), status=303, location="/me")
    *_, visitor, user = scene.take(SessionWritten)
    assert user.previous == visitor.session
    assert len(scene.take(SessionWritten)) == 4


async def test_a_login_over_an_id_that_came_with_a_refusal_makes_a_session() -> None:
    scene = TrafficScene()
    await scene.visit("POST /login", "", line(php(0)), status=303, location="/me")
    await scene.visit("GET /me", "", line(php(1)), status=401)
    await scene.visit("POST /login", php(1), line(php(2)), status=303, location="/me")
    user = scene.take(SessionWritten)[-1]
    assert (user.cause, user.facts.login, user.previous) == ("x3", "x3", "")


async def test_a_user_who_is_sent_where_nobody_is_has_no_session_any_more() -> None:
    scene = TrafficScene()
    await scene.visit("GET /me", "", status=302, location="/")
    name = await log_in(scene, php(0))
    await scene.visit("GET /me", php(0), line(php(1)), status=302, location="/")
    (refused,) = scene.take(SessionRefused)
    assert (refused.session, refused.code) == (name, "302")
    assert len(scene.take(SessionWritten)) == 1


async def test_a_page_for_anybody_shows_no_session() -> None:
    scene = TrafficScene()
    await scene.visit("GET /")
    await scene.visit("GET /", php(0))
    assert scene.take(SessionSeen) == []
    await scene.visit("GET /cart", php(0))
    assert len(scene.take(SessionSeen)) == 1


async def test_an_id_in_whose_place_another_one_is_set_is_no_session() -> None:
    scene = TrafficScene()
    await scene.visit("GET /shop", php(0), line(php(1)))
    assert scene.take(SessionSeen) == []
    (written,) = scene.take(SessionWritten)
    assert written.previous == ""


async def test_a_form_that_is_refused_says_nothing_of_an_id() -> None:
    scene = TrafficScene()
    await scene.visit("POST /login", php(0), status=401)
    assert scene.take(SessionRefused) == []


async def test_a_session_that_is_refused_with_a_new_id_is_refused_and_not_replaced() -> None:
    scene = TrafficScene()
    name = await log_in(scene, php(0))
    await scene.visit("GET /me", php(0), line(php(1)), status=401)
    (refused,) = scene.take(SessionRefused)
    assert (refused.session, refused.code) == (name, "401")
    assert len(scene.take(SessionWritten)) == 1


async def test_a_refusal_that_sets_the_same_id_again_refuses_no_session() -> None:
    """The near miss: the app knows it, and refuses something else."""
    scene = TrafficScene()
    await log_in(scene, php(0))
    await scene.visit("GET /admin", php(0), line(php(0)), status=401)
    assert scene.take(SessionRefused) == []

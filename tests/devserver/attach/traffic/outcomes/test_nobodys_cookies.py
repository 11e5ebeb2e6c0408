"""What comes with a refusal, or a login that failed: nobody's, until somebody uses it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import (
    SessionSeen,
    SessionWritten,
)
from tests.devserver.attach.traffic.outcomes.refusing import (
    DELETED,
    Make,
    every_kind,
    ids,
    line,
    lives,
    log_in,
    opened,
    php,
    starlette,
    unknown,
)
from tests.devserver.attach.traffic.scene import NOW, TrafficScene


def flash(number: int) -> str:
    return starlette("secret", _flashes=[f"wrong password {number}"])


@pytest.mark.parametrize("make", [unknown, php, flash])
@pytest.mark.parametrize(("status", "location"), [(401, ""), (302, "/login")])
@pytest.mark.parametrize("request_line", ["POST /login", "POST /passwd", "GET /callback"])
async def test_a_login_that_failed_has_made_no_session(
    scene: TrafficScene, make: Make, request_line: str, status: int, location: str
) -> None:
    await scene.visit(request_line, "", line(make(0)), status=status, location=location)
    await scene.visit("GET /login", make(0), line(make(0)))
    await scene.visit("GET /me", make(0), line(make(0)), status=401)
    assert scene.events == []
    user_s = opened if make is flash else make
    await scene.visit("POST /login", make(0), line(user_s(1)), status=303, location="/me")
    (user,) = scene.take(SessionWritten)
    assert (user.reason, user.previous, user.facts.login) == ("login", "", "x4")


@ids
async def test_a_login_that_others_had_without_a_cookie_uses_it(
    scene: TrafficScene, make: Make
) -> None:
    await scene.visit("POST /login", "", line(make(0)))
    await scene.visit("POST /login", "", line(make(1)), status=401)
    await scene.visit("POST /login", make(1), line(make(1)))
    assert [one.facts.login for one in scene.take(SessionWritten)] == ["x1", "x3"]


@ids
async def test_a_visitor_whose_password_was_wrong_has_not_logged_in(
    scene: TrafficScene, make: Make
) -> None:
    await scene.visit("GET /start", "", line(make(0)))
    await scene.visit("POST /login", make(0), line(make(0)), status=302, location="/login")
    assert [one.facts.login for one in scene.take(SessionWritten)] == ["", ""]


async def test_a_message_that_was_shown_logs_nobody_out(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", line(flash(0)), status=302, location="/login")
    await scene.visit("GET /login", flash(0), DELETED)
    assert scene.events == []


@pytest.mark.parametrize(
    ("status", "location"), [(303, "/me"), (303, "/login/second-factor"), (200, "")]
)
async def test_a_login_that_leads_elsewhere_has_made_one(
    scene: TrafficScene, status: int, location: str
) -> None:
    """The near miss."""
    await scene.visit("POST /login", "", line(unknown(0)), status=status, location=location)
    assert len(scene.take(SessionWritten)) == 1


async def test_a_user_who_is_led_to_the_login_page_all_the_same_has_a_session(
    scene: TrafficScene,
) -> None:
    """Its page sends those on who are logged in."""
    await scene.visit("POST /login", "", line(opened(0)), status=303, location="/login")
    assert [one.facts.sub for one in scene.take(SessionWritten)] == ["ann"]


@pytest.mark.parametrize("make", [unknown, php, flash])
async def test_what_came_with_a_refusal_is_listed_once_it_is_accepted(
    scene: TrafficScene, make: Make
) -> None:
    await scene.visit("GET /me", "", line(make(0)), status=401)
    await scene.visit("POST /login", make(0), status=303, location="/me")
    assert scene.events == []
    await scene.visit("GET /me", make(0))
    await scene.visit("GET /me", make(0))
    assert len(scene.take(SessionSeen)) == 1
    assert lives(scene) == [""]


async def test_an_id_that_anybody_gets_instead_of_a_refused_one_is_nobodys(
    scene: TrafficScene,
) -> None:
    """Fiber after a start gives it with the first page that anybody gets."""
    await log_in(scene, unknown(0))
    await scene.visit("GET /me", unknown(0), status=401)
    await scene.visit("GET /", unknown(0), line(unknown(1)))
    assert lives(scene) == ["refused"]


@ids
async def test_another_value_on_a_page_for_users_is_a_rotation_as_before(
    scene: TrafficScene, make: Make
) -> None:
    """The near miss."""
    await scene.visit("GET /me", status=401)
    await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), line(make(1)))
    assert [one.reason for one in scene.take(SessionWritten)] == ["login", "rotate"]


@every_kind
async def test_the_page_to_log_in_at_accepts_no_session(scene: TrafficScene, make: Make) -> None:
    await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=401)
    await scene.visit("GET /login", make(0))
    assert lives(scene) == ["refused"]
    await scene.visit("GET /account", make(0))
    assert lives(scene) == ["in-doubt"], "perhaps anybody gets that page"
    await scene.visit("GET /me", make(0))
    assert lives(scene) == [""]


async def test_an_id_that_came_with_a_refusal_ends_as_its_line_said(scene: TrafficScene) -> None:
    await scene.visit("GET /ro", "", f"{php(0)}; Path=/", status=302, location="/login")
    await scene.visit("GET /other", "", f"{php(1)}; Path=/; Max-Age=60", status=401)
    for number in (0, 1):
        await scene.visit("GET /shop", php(number))
    first, second = scene.take(SessionSeen)
    assert [(one.name, one.ends) for one in first.facts.timers] == [("cookie", None)]
    assert [(one.name, one.ends) for one in second.facts.timers] == [("cookie", NOW + 60)]

"""A session that is over stays so on a page that answers everybody: only where one is needed it
is accepted again, or by a login.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from tests.devserver.attach.traffic.outcomes.refusing import (
    DELETED,
    Make,
    line,
    lives,
    log_in,
    opened,
    php,
    unknown,
)
from tests.devserver.attach.traffic.scene import TrafficScene


def sealed(number: int) -> str:
    """Return a value of iron, which opens with no secret that is told."""
    salt = f"{number:064x}"
    text = "abcdefgh"[number] * 86
    return f"session=Fe26.2**{salt}*{text[:22]}*{text}**{salt}*{text[:43]}"


every_value = pytest.mark.parametrize("make", [unknown, php, opened, sealed])
sealed_anew = pytest.mark.parametrize("make", [opened, sealed])


@pytest.fixture
async def blind() -> AsyncIterator[TrafficScene]:
    """An app whose secret nobody has told."""
    found = TrafficScene()
    yield found
    found.opener.close()


def accepted(scene: TrafficScene) -> list[str]:
    return [one.cause for one in scene.take(SessionLoaded) if one.origin == "seen"]


@every_value
async def test_a_page_that_may_be_for_anybody_accepts_no_refused_session(
    scene: TrafficScene, make: Make
) -> None:
    await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=302, location="/login")
    await scene.visit("GET /shop", make(0))
    assert (lives(scene), accepted(scene)) == (["in-doubt"], [])


@every_value
@pytest.mark.parametrize("page", ["GET /me", "GET /account"])
async def test_a_page_that_needs_a_session_accepts_it_again(
    scene: TrafficScene, make: Make, page: str
) -> None:
    """The near miss: the page that has refused it, and one that turns nobody in."""
    await scene.visit("GET /account", status=401)
    await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=302, location="/login")
    await scene.visit(page, make(0))
    assert (lives(scene), accepted(scene)) == ([""], ["x6"])


@every_value
async def test_a_page_that_never_accepted_it_may_refuse_something_else(
    scene: TrafficScene, make: Make
) -> None:
    """The other near miss: what is answered after that is set against it."""
    await log_in(scene, make(0))
    await scene.visit("GET /admin", make(0), status=401)
    assert lives(scene) == ["refused"]
    await scene.visit("GET /shop", make(0))
    assert lives(scene) == ["in-doubt"]


@sealed_anew
async def test_a_cookie_that_anybody_gets_renews_no_refused_session(
    scene: TrafficScene, make: Make
) -> None:
    """Django's SESSION_SAVE_EVERY_REQUEST, of a user who may not log in any more."""
    await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=302, location="/login")
    await scene.visit("GET /shop", make(0), line(make(1)))
    assert [one.reason for one in scene.take(SessionWritten)] == ["login"]
    assert lives(scene) == ["in-doubt"]


@sealed_anew
async def test_a_login_after_that_is_another_session(scene: TrafficScene, make: Make) -> None:
    name = await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=302, location="/login")
    await scene.visit("GET /shop", make(0), line(make(1)))
    await scene.visit("POST /login", make(1), line(make(2)), status=303, location="/me")
    user = scene.take(SessionWritten)[-1]
    assert (user.reason, user.session == name, user.facts.login) == ("login", False, "x6")


@sealed_anew
async def test_a_cookie_that_a_page_for_users_sets_renews_it(
    scene: TrafficScene, make: Make
) -> None:
    """The near miss."""
    await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=302, location="/login")
    await scene.visit("GET /me", make(0), line(make(1)))
    assert lives(scene) == [""]
    assert len(scene.take(SessionWritten)) == 2


@pytest.mark.parametrize(("page", "life"), [("GET /shop", "logged-out"), ("GET /account", "")])
async def test_a_copy_is_renewed_only_where_the_app_needs_a_session(
    scene: TrafficScene, page: str, life: str
) -> None:
    await scene.visit("GET /account", status=401)
    await log_in(scene, opened(0))
    await scene.visit("POST /logout", opened(0), DELETED, status=303)
    await scene.visit(page, opened(0), line(opened(1)))
    assert len(scene.take(SessionShownAgain)) == 1
    assert lives(scene) == [life]


@pytest.mark.parametrize(
    ("status", "location"), [(302, "/login"), (401, "")], ids=["sent away", "refused"]
)
async def test_a_value_that_nobody_has_seen_set_and_gets_what_nobody_gets_is_refused(
    blind: TrafficScene, status: int, location: str
) -> None:
    await blind.visit("GET /me", status=status, location=location)
    await log_in(blind, sealed(0))
    await blind.visit("GET /me", sealed(1), line(sealed(2)), status=status, location=location)
    assert [one.code for one in blind.take(SessionRefused)] == [str(status)]
    assert len(blind.take(SessionWritten)) == 1
    assert lives(blind) == ["", "refused"]


async def test_so_it_is_where_each_visitor_has_a_session(blind: TrafficScene) -> None:
    """Nobody's request was seen: hono-sessions gives a session with the first page."""
    await log_in(blind, sealed(0))
    await blind.visit("GET /me", sealed(1), line(sealed(2)), status=302, location="/login")
    assert [one.code for one in blind.take(SessionRefused)] == ["302"]


@pytest.mark.parametrize("page", ["GET /me", "GET /admin"])
async def test_of_a_page_that_opens_for_nobody_else_that_is_not_known(
    blind: TrafficScene, page: str
) -> None:
    """The near miss: another redirect, or a page that no session was seen to open."""
    await blind.visit("GET /me", status=302, location="/login")
    await blind.visit("GET /admin", status=302, location="/welcome")
    await log_in(blind, sealed(0))
    await blind.visit(page, sealed(1), status=302, location="/welcome")
    assert blind.take(SessionRefused) == []

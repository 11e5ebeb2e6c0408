"""What a refusal sets: it renews no session, and what is new in it is nobody's."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionWritten,
)
from session_inspector.devserver.core.frozen import replace
from tests.devserver.attach.traffic.outcomes.refusing import (
    DELETED,
    Make,
    every_kind,
    every_refusal,
    ids,
    line,
    lives,
    log_in,
    opened,
    php,
    starlette,
)
from tests.devserver.attach.traffic.scene import TrafficScene

# -- a session that is refused -----------------------------------------------------------------


@every_kind
@every_refusal
async def test_a_refusal_that_sends_the_cookie_again_refuses_its_session(
    scene: TrafficScene, make: Make, status: int, location: str
) -> None:
    name = await log_in(scene, make(0))
    cookie = line(make(0))
    await scene.visit("GET /me", make(0), cookie, status=status, location=location)
    (refused,) = scene.take(SessionRefused)
    assert (refused.session, refused.code) == (name, str(status))
    assert len(scene.take(SessionWritten)) == 1, "nothing was rolled"
    assert lives(scene) == ["refused"]


@every_kind
@pytest.mark.parametrize(
    ("request_line", "status", "location"),
    [
        ("GET /admin", 401, ""),
        ("GET /admin", 302, "/login"),
        ("GET /me", 302, "/welcome"),
        ("GET /me", 403, ""),
        ("POST /login", 401, ""),
    ],
)
async def test_another_refusal_that_sends_it_again_rolls_it(
    scene: TrafficScene, make: Make, request_line: str, status: int, location: str
) -> None:
    """The near miss: the app knows the session, and refuses something else."""
    await log_in(scene, make(0))
    await scene.visit(request_line, make(0), line(make(0)), status=status, location=location)
    assert scene.take(SessionRefused) == []
    assert [one.reason for one in scene.take(SessionWritten)] == ["login", "roll"]
    assert lives(scene) == [""]


@ids
@every_refusal
async def test_another_id_that_comes_with_a_refusal_is_no_rotation(
    scene: TrafficScene, make: Make, status: int, location: str
) -> None:
    """CherryPy after a start: its sessions were in memory."""
    name = await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), line(make(1)), status=status, location=location)
    await scene.visit("GET /", make(1), line(make(1)))
    assert [one.session for one in scene.take(SessionRefused)] == [name]
    assert lives(scene) == ["refused"]
    await scene.visit("POST /login", make(1), line(make(1)), status=303, location="/me")
    user = scene.take(SessionWritten)[-1]
    assert (user.reason, user.previous, user.facts.login) == ("login", "", "x6")
    assert lives(scene) == ["", "refused"]


@every_kind
async def test_a_login_after_a_refusal_is_a_new_one(scene: TrafficScene, make: Make) -> None:
    name = await log_in(scene, make(0))
    await scene.visit("GET /me", make(0), status=401)
    new = 0
    if make is opened:
        new = 1
    await scene.visit("POST /login", make(0), line(make(new)), status=303, location="/me")
    written = scene.take(SessionWritten)[-1]
    assert (written.reason, written.facts.login) == ("login", "x5")
    assert (written.session == name) is (make is not opened), "the app has kept the id"
    assert lives(scene) == [["", "replaced"], [""]][make is not opened]


async def test_a_login_that_is_answered_accepts_no_session_of_before(scene: TrafficScene) -> None:
    name = await log_in(scene, opened(0))
    await scene.visit("GET /me", opened(0), status=401)
    await scene.visit("POST /login", opened(0), line(opened(1)))
    accepted = [one for one in scene.take(SessionLoaded) if one.origin == "seen"]
    assert accepted == []
    assert scene.take(SessionWritten)[-1].session != name


@pytest.mark.parametrize("location", ["/login", "/start"])
async def test_a_redirect_that_deletes_the_cookie_where_it_was_accepted_is_no_logout(
    scene: TrafficScene, location: str
) -> None:
    await scene.visit("GET /me", "", status=302, location="/start")
    name = await log_in(scene, opened(0))
    await scene.visit("GET /me", opened(0), DELETED, status=302, location=location)
    (refused,) = scene.take(SessionRefused)
    assert refused.session == name
    assert refused.reason.endswith("GET /me, and deleted its cookie")
    assert scene.take(SessionDestroyed) == []


@pytest.mark.parametrize(
    ("page", "is_refused"),
    [("GET /me", True), ("GET /other", False), ("GET /logout", False), ("POST /me", False)],
    ids=["others were shown it", "nobody was", "a logout", "a form"],
)
async def test_a_session_that_was_ended_elsewhere_is_refused_at_a_page_that_others_see(
    scene: TrafficScene, page: str, is_refused: bool
) -> None:
    """Lucia, Django: her password was changed in another browser, so this one's cookie goes."""
    await log_in(scene, opened(0))
    await scene.visit("GET /me", opened(0))
    await scene.visit("POST /login", "", line(opened(1)), status=303)
    name = scene.take(SessionWritten)[-1].session
    await scene.visit(page, opened(1), DELETED, status=302, location="/login")
    refused = [one.session for one in scene.take(SessionRefused)]
    ended = [one.session for one in scene.take(SessionDestroyed)]
    assert (refused, ended) == (([name], []) if is_refused else ([], [name]))


class Rows:
    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        return replace(cookie, layout="php", sub="ann")

    def recall(self, session_id: str) -> SessionFacts | None:
        return None


@pytest.mark.parametrize(
    ("request_line", "is_refused"),
    [("GET /me", True), ("GET /admin", False), ("GET /logout", False)],
)
async def test_a_row_does_not_make_it_one(request_line: str, is_refused: bool) -> None:
    """Django deletes the cookie of a session whose password was changed, and then its row."""
    scene = TrafficScene(rows=Rows())
    await log_in(scene, php(0))
    await scene.visit("GET /logout", php(0))
    deletion = DELETED.replace("session", "PHPSESSID")
    await scene.visit(request_line, php(0), deletion, status=302, location="/login")
    assert (scene.take(SessionRefused) != []) is is_refused
    assert (scene.take(SessionDestroyed) == []) is is_refused


async def test_a_forged_cookie_that_is_sent_where_nobody_is_is_refused(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /me", "", status=302, location="/start")
    await log_in(scene, opened(0))
    forged = starlette("another secret", user="ann")
    await scene.visit("GET /admin", forged, status=302, location="/start")
    assert scene.take(SessionRefused) == [], "nobody was seen there"
    await scene.visit("GET /me", forged, status=302, location="/start")
    assert [one.code for one in scene.take(SessionRefused)] == ["302"]

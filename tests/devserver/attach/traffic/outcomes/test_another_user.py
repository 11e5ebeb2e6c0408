"""A user who comes into a session that was nobody's, and one who takes another's place in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionWritten
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.views.search import session_rows
from tests.devserver.attach.traffic.outcomes.refusing import line, php, starlette
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.inspector.model.events import state_of

PENDING = starlette("secret", pending="alice")
ALICE = starlette("secret", user_id="alice")
BOB = starlette("secret", user_id="bob")


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret")
    yield found
    found.opener.close()


def title(event: SessionWritten) -> str:
    return line_of(event)[1]


# -- a login into a session that was there -----------------------------------------------------


@pytest.mark.parametrize("request_line", ["POST /login/otp", "POST /otp", "GET /magic-link"])
async def test_a_second_factor_that_puts_the_user_in_begins_the_login(
    scene: TrafficScene, request_line: str
) -> None:
    await scene.visit("POST /login", "", line(PENDING), status=302, location="/login/otp")
    scene.clock.advance(5)
    await scene.visit(request_line, PENDING, line(ALICE), status=302, location="/me")
    first, second = scene.take(SessionWritten)
    assert (second.session, second.reason) == (first.session, "begun")
    assert title(second) == "login into the session that was there"
    assert (second.facts.created_at, second.facts.login) == (NOW + 5, "x2")
    (row,) = session_rows(state_of(*scene.events), NOW + 6)
    assert (row.who, row.created_at) == ("alice", NOW + 5)


@pytest.mark.parametrize(
    ("request_line", "after", "status", "location"),
    [
        ("POST /checkout", starlette("secret", pending="alice", email="a@b"), 200, ""),
        ("POST /login/otp", starlette("secret", pending="alice", tries=1), 401, ""),
        ("POST /login/otp", ALICE, 302, "/login"),
    ],
    ids=["an address", "a wrong code", "sent back"],
)
async def test_what_puts_nobody_in_is_no_login(
    scene: TrafficScene, request_line: str, after: str, status: int, location: str
) -> None:
    """The near miss."""
    await scene.visit("POST /login", "", line(PENDING), status=302, location="/login/otp")
    await scene.visit(request_line, PENDING, line(after), status=status, location=location)
    assert "begun" not in [one.reason for one in scene.take(SessionWritten)]


# -- another user ------------------------------------------------------------------------------


async def test_another_account_in_the_cookie_is_another_session(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", line(ALICE), status=302, location="/me")
    await scene.visit("GET /imp", ALICE, line(BOB))
    first, second = scene.take(SessionWritten)
    assert (second.previous, second.reason) == (first.session, "created")
    assert title(second) == "session created, no login seen"
    rows = {row.who: row for row in session_rows(state_of(*scene.events), NOW + 1)}
    alice = rows["alice"]
    assert (alice.life, alice.reason) == (
        "replaced",
        "another user took its place, and no login was seen",
    )
    assert rows["bob"].life == "live"
    assert scene.take(SessionDestroyed) == []


async def test_a_login_of_another_user_is_told_as_one(scene: TrafficScene) -> None:
    """The near miss."""
    await scene.visit("POST /login", "", line(ALICE), status=302, location="/me")
    await scene.visit("POST /login", ALICE, line(BOB), status=302, location="/me")
    assert scene.take(SessionWritten)[-1].reason == "login"
    lives = [row.reason for row in session_rows(state_of(*scene.events), NOW + 1)]
    assert lives == ["", "a new login took its place"]


async def test_another_name_of_the_same_account_is_a_change(scene: TrafficScene) -> None:
    """The other near miss: who edits a profile."""
    before = starlette("secret", user={"id": 1, "name": "Zoe"})
    after = starlette("secret", user={"id": 1, "name": "Bob"})
    await scene.visit("POST /login", "", line(before), status=302, location="/me")
    await scene.visit("POST /profile", before, line(after))
    first, second = scene.take(SessionWritten)
    assert (second.session, second.reason) == (first.session, "update")


async def test_of_an_id_that_is_drawn_anew_nobody_says_whose_it_is(scene: TrafficScene) -> None:
    """Django's `login()` as another user draws the id anew, as a change of the password does."""
    await scene.visit("GET /me", "", status=401)
    await scene.visit("POST /login", "", line(php(0)), status=302, location="/me")
    await scene.visit("GET /me", php(0))
    await scene.visit("GET /imp", php(0), line(php(1)))
    second = scene.take(SessionWritten)[-1]
    assert second.reason == "rotate"
    assert title(second) == "new values in place of its cookies: taken for the same session"


# -- the same user once more -------------------------------------------------------------------


async def test_a_second_login_of_the_same_user_is_a_login(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", line(ALICE), status=302, location="/me")
    scene.clock.advance(60)
    again = starlette("secret", user_id="alice", n=1)
    await scene.visit("POST /login", ALICE, line(again), status=302, location="/me")
    first, second = scene.take(SessionWritten)
    assert (second.session, second.reason) == (first.session, "begun")
    assert (second.facts.login, second.facts.created_at) == ("x2", NOW + 60)


@pytest.mark.parametrize(
    ("status", "location"), [(200, ""), (302, "/login?error")], ids=["shown again", "sent back"]
)
async def test_a_form_that_was_refused_only_rolls_it(
    scene: TrafficScene, status: int, location: str
) -> None:
    """The near miss: a wrong password, in an app that rolls with each response."""
    await scene.visit("POST /login", "", line(ALICE), status=302, location="/me")
    await scene.visit("POST /login", ALICE, line(ALICE), status=status, location=location)
    second = scene.take(SessionWritten)[-1]
    assert (second.reason, second.facts.login) == ("roll", "x1")

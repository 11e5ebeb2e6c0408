"""What an answer that sets a cookie shows of the session that was over: acceptance, or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import SessionShownAgain, SessionWritten
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.replaced import DELETED, FIRST, SECOND, THIRD, line
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_shown_again import express
from tests.inspector.model.events import state_of

VISITOR = "Zx81kQ2mVb7LtRw0PyHs9GdNc4FjUa6KeTo3XiYr5BqMvWzS"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", named=("id",))
    yield found
    found.opener.close()


async def log_out(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", line(FIRST), status=303)
    await scene.visit("GET /profile", f"id={FIRST}", line(SECOND))
    await scene.visit("POST /logout", f"id={SECOND}", DELETED, status=303)
    scene.clock.advance(2)


@pytest.mark.parametrize("value", [FIRST, SECOND], ids=["replaced", "last"])
async def test_a_copy_that_is_accepted_and_sealed_anew_is_accepted(
    scene: TrafficScene, value: str
) -> None:
    await scene.visit("GET /profile", status=401)
    await log_out(scene)
    await scene.visit("GET /profile", f"id={value}", line(THIRD))
    (again,) = scene.take(SessionShownAgain)
    assert (again.outcome, again.status, again.ended) == ("accepted", 200, "logout")
    reasons = [(one.session, one.reason) for one in scene.take(SessionWritten)]
    name = fingerprint(FIRST)
    assert reasons == [(name, "login"), (name, "rotate"), (name, "rotate")]
    assert [one.kind for one in state_of(*scene.events).alarms.raised] == ["copy accepted"]


@pytest.mark.parametrize(
    ("anonymous", "lines", "status", "location", "outcome"),
    [
        (0, (line(VISITOR),), 200, "", "answered"),
        (200, (line(VISITOR),), 200, "", "public"),
        (401, (DELETED,), 200, "", "refused"),
        (401, (line(VISITOR),), 401, "", "refused"),
        (302, (line(VISITOR),), 302, "/start", "refused"),
        (401, (line(VISITOR),), 302, "/login?next=/profile", "refused"),
        (401, (line(VISITOR),), 302, "/start", "unknown"),
    ],
    ids=["not known", "public", "deleted", "refused", "sent away", "login", "sent elsewhere"],
)
async def test_a_new_cookie_by_itself_is_neither_acceptance_nor_refusal(
    scene: TrafficScene,
    anonymous: int,
    lines: tuple[str, ...],
    status: int,
    location: str,
    outcome: str,
) -> None:
    if anonymous:
        await scene.visit("GET /profile", status=anonymous, location="/start")
    await log_out(scene)
    await scene.visit("GET /profile", f"id={SECOND}", *lines, status=status, location=location)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == [outcome]


async def test_a_login_after_a_logout_carries_nothing_on(scene: TrafficScene) -> None:
    await scene.visit("POST /login", status=401)
    await log_out(scene)
    await scene.visit("POST /login", f"id={SECOND}", line(THIRD))
    assert scene.take(SessionWritten)[-1].session == fingerprint(THIRD)
    (again,) = scene.take(SessionShownAgain)
    assert again.outcome == "unknown", "a wrong password was refused, not who has no session"


async def test_a_cookie_beside_carries_nothing_on(scene: TrafficScene) -> None:
    await scene.visit("GET /profile", status=401)
    await log_out(scene)
    await scene.visit("GET /profile", f"id={SECOND}", f"other={VISITOR}; HttpOnly")
    (again,) = scene.take(SessionShownAgain)
    assert again.outcome == "accepted"
    assert fingerprint(FIRST) not in [one.session for one in scene.take(SessionWritten)[2:]]


@pytest.mark.parametrize(("anonymous", "outcome"), [(401, "accepted"), (200, "public")])
async def test_another_id_in_the_answer_is_no_refusal(
    scene: TrafficScene, anonymous: int, outcome: str
) -> None:
    await scene.visit("GET /me", status=anonymous)
    old = express("a" * 32)
    await scene.visit("POST /login", "", f"{old}; Path=/")
    await scene.visit("POST /logout", old, "connect.sid=; Path=/; Max-Age=0")
    await scene.visit("GET /me", old, f"{express('c' * 32)}; Path=/")
    assert [one.outcome for one in scene.take(SessionShownAgain)] == [outcome]


async def test_a_visitor_s_cookie_beside_hides_no_copy(scene: TrafficScene) -> None:
    visitor = f"vid={VISITOR}"
    await scene.visit("GET /profile", status=401)
    await scene.visit("GET /", "", f"{visitor}; HttpOnly; Max-Age=31536000")
    await scene.visit("POST /login", visitor, line(FIRST), status=303)
    await scene.visit("GET /profile", f"{visitor}; id={FIRST}")
    await scene.visit("POST /logout", f"{visitor}; id={FIRST}", DELETED, status=303)
    scene.clock.advance(2)
    await scene.visit("GET /profile", f"{visitor}; id={FIRST}")
    (again,) = scene.take(SessionShownAgain)
    assert (again.outcome, again.session) == ("accepted", fingerprint(FIRST))


async def test_who_has_only_a_visitor_s_cookie_has_no_session(scene: TrafficScene) -> None:
    visitor = f"vid={VISITOR}"
    await scene.visit("GET /", "", f"{visitor}; HttpOnly; Max-Age=31536000")
    await scene.visit("GET /profile", visitor, status=401)
    await log_out(scene)
    await scene.visit("GET /profile", f"id={SECOND}")
    (again,) = scene.take(SessionShownAgain)
    assert again.outcome == "accepted", "401 is what others get there"


@pytest.mark.parametrize(
    ("request_", "attributes"),
    [
        ("GET /auth/callback", "Max-Age=31536000"),
        ("POST /start", "Max-Age=31536000"),
    ],
    ids=["a callback", "a form"],
)
async def test_a_cookie_that_could_be_a_session_takes_what_a_login_adds(
    scene: TrafficScene, request_: str, attributes: str
) -> None:
    first = f"first={VISITOR}"
    await scene.visit(request_, "", f"{first}; HttpOnly; {attributes}", status=302)
    await scene.visit("POST /login", first, line(FIRST), status=303)
    assert {one.session for one in scene.take(SessionWritten)} == {fingerprint(VISITOR)}


async def test_what_a_login_of_a_known_format_leaves_as_it_was_is_a_visitor_s(
    scene: TrafficScene,
) -> None:
    group = f"group={VISITOR}"
    session = express("a" * 32)
    both = f"{group}; {session}"
    await scene.visit("GET /profile", status=401)
    await scene.visit("GET /", "", f"{group}; HttpOnly")
    await scene.visit("POST /login", group, f"{session}; Path=/", status=303)
    await scene.visit("GET /profile", both)
    await scene.visit("POST /logout", both, "connect.sid=; Path=/; Max-Age=0", status=303)
    await scene.visit("GET /profile", both)
    (again,) = scene.take(SessionShownAgain)
    assert (again.outcome, again.names) == ("accepted", ("connect.sid",))


@pytest.mark.parametrize(
    ("location", "outcome"), [("/login", "accepted"), ("/new", "answered")], ids=["login", "moved"]
)
async def test_a_page_that_has_sent_an_old_copy_to_the_login_needs_a_session(
    scene: TrafficScene, location: str, outcome: str
) -> None:
    """Its logout deletes the row for alice, and forgets it for bob: his copy is accepted there."""
    for value in (FIRST, SECOND):
        await scene.visit("POST /login", "", line(value), status=303)
        await scene.visit("GET /profile", f"id={value}")
        await scene.visit("POST /logout", f"id={value}", DELETED, status=303)
        if value == FIRST:
            await scene.visit("GET /profile", f"id={FIRST}", status=302, location=location)
    await scene.visit("GET /profile", f"id={SECOND}")
    again = scene.take(SessionShownAgain)[-1]
    assert (again.session, again.outcome) == (fingerprint(SECOND), outcome)

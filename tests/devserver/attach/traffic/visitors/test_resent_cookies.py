"""A visitor's cookie that every response sets again as it was: a login adds nothing by it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

FIRST = "k7Qp2Zx81mVb7LtRw0PyHs9Gd"
SECOND = "Yd93hfKs72Lqpz0WmXc6VbNt1"
BUCKET = "Rf5tGy6hUj7kIl8oPz9xCv0bN"
AB = f"ab_bucket={BUCKET}"
SET_AB = f"{AB}; Path=/; Max-Age=2592000"


def line(value: str) -> str:
    return f"auth={value}; Path=/; HttpOnly; Max-Age=12"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def log_in_after_a_wrong_password(scene: TrafficScene, extra: str = "") -> None:
    """As the first browser does it: its cookie has answered a form before the login."""
    set_ab = f"{SET_AB}{extra}"
    await scene.visit("GET /", "", set_ab)
    await scene.visit("GET /me", AB, set_ab, status=302, location="/login")
    await scene.visit("POST /login", AB, set_ab, status=303, location="/login")
    await scene.visit("POST /login", AB, set_ab, line(FIRST), status=303, location="/me")


@pytest.mark.parametrize("extra", ["", "; HttpOnly"])
@pytest.mark.parametrize("is_first", [True, False])
async def test_a_login_that_sets_it_again_begins_a_session_without_it(
    scene: TrafficScene, extra: str, is_first: bool
) -> None:
    if is_first:
        await scene.visit("POST /login", AB, SET_AB + extra, line(FIRST), status=303)
    else:
        await log_in_after_a_wrong_password(scene, extra)
    login = scene.take(SessionWritten)[-1]
    assert (login.session, login.reason, login.previous) == (fingerprint(FIRST), "login", "")
    assert login.facts.name == "auth · format unknown"
    assert [timer.ends for timer in login.facts.timers] == [NOW + 12]


@pytest.mark.parametrize("extra", ["", "; HttpOnly"])
async def test_what_sets_it_again_later_writes_no_session(scene: TrafficScene, extra: str) -> None:
    await log_in_after_a_wrong_password(scene, extra)
    jar = f"{AB}; auth={FIRST}"
    before = len(scene.take(SessionWritten))
    await scene.visit("GET /me", jar, SET_AB + extra)
    await scene.visit("POST /save", jar, SET_AB + extra, status=403)
    assert len(scene.take(SessionWritten)) == before


@pytest.mark.parametrize("extra", ["", "; HttpOnly"])
async def test_the_logout_of_the_real_cookie_ends_it_and_its_copy_shows(
    scene: TrafficScene, extra: str
) -> None:
    await log_in_after_a_wrong_password(scene, extra)
    jar = f"{AB}; auth={FIRST}"
    await scene.visit("GET /me", jar, SET_AB + extra)
    await scene.visit("POST /logout", jar, SET_AB + extra, "auth=; Path=/; Max-Age=0", status=303)
    (end,) = scene.take(SessionDestroyed)
    assert (end.session, end.reason) == (fingerprint(FIRST), "logout")
    await scene.visit("GET /me", AB, SET_AB + extra, status=302, location="/login")
    await scene.visit("GET /me", jar, SET_AB + extra)
    (again,) = scene.take(SessionShownAgain)
    assert (again.session, again.outcome, again.names) == (end.session, "accepted", ("auth",))


async def test_an_id_that_a_login_keeps_and_sets_again_is_the_session(scene: TrafficScene) -> None:
    """The near miss: nothing else came with the login."""
    await scene.visit("GET /", "", line(FIRST))
    await scene.visit("POST /login", f"auth={FIRST}", line(FIRST), status=303)
    first, second = scene.take(SessionWritten)
    assert (first.session, second.facts.login) == (second.session, "x2")


async def test_an_id_beside_what_remembers_it_is_the_session(scene: TrafficScene) -> None:
    """The near miss: what is named so comes beside a session."""
    await scene.visit("GET /", "", line(FIRST))
    remember = f"remember_me={SECOND}; HttpOnly; Max-Age=2592000"
    await scene.visit("POST /login", f"auth={FIRST}", line(FIRST), remember, status=303)
    first, second = scene.take(SessionWritten)
    assert first.session == second.session
    assert second.facts.name == "auth, remember_me · format unknown"


async def test_what_a_login_had_set_before_is_of_its_session(scene: TrafficScene) -> None:
    """The near miss: a second factor adds a cookie to a session that a login began."""
    await scene.visit("POST /login", "", line(FIRST), status=303, location="/otp")
    mfa = f"mfa={SECOND}; HttpOnly"
    await scene.visit("POST /login/otp", f"auth={FIRST}", line(FIRST), mfa, status=303)
    first, second = scene.take(SessionWritten)
    assert first.session == second.session
    assert second.facts.name == "auth, mfa · format unknown"


async def test_what_was_listed_of_it_is_called_a_visitor_s(scene: TrafficScene) -> None:
    await log_in_after_a_wrong_password(scene, "; HttpOnly")
    (seen,) = scene.take(SessionSeen)
    assert seen.facts.name == "ab_bucket · a visitor's, of no login"


@pytest.mark.parametrize("is_resent", [True, False])
async def test_a_login_that_renews_the_id_beside_it_takes_only_the_id(
    scene: TrafficScene, is_resent: bool
) -> None:
    set_ab = f"{SET_AB}; HttpOnly"
    again = [set_ab] if is_resent else []
    await scene.visit("GET /", "", line(SECOND), set_ab)
    await scene.visit("POST /login", f"auth={SECOND}; {AB}", line(FIRST), *again, status=303)
    first, second = scene.take(SessionWritten)
    assert (second.session, second.reason) == (fingerprint(FIRST), "login")
    assert second.facts.name == "auth · format unknown"
    assert second.previous == first.session
    await scene.visit("GET /me", f"auth={FIRST}; {AB}", *again)
    assert scene.take(SessionShownAgain) == []
    assert scene.take(SessionLoaded)[-1].session == second.session
    assert len(scene.take(SessionWritten)) == 2


async def test_a_token_pair_that_a_login_renews_in_part_goes_on(scene: TrafficScene) -> None:
    """The near miss: a login had begun it."""
    both = [line(SECOND), f"keep={BUCKET}; Path=/; HttpOnly"]
    await scene.visit("POST /login", "", *both, status=303)
    jar = f"auth={SECOND}; keep={BUCKET}"
    await scene.visit("POST /login/otp", jar, line(FIRST), status=303)
    first, second = scene.take(SessionWritten)
    assert (second.session, second.reason) == (first.session, "rotate")
    assert second.facts.name == "auth, keep · format unknown"

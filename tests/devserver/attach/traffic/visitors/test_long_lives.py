"""A first response that is a login's gives a visitor's cookie and the session at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionRefused,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

SID = "k7Qp2Zx81mVb7LtRw0PyHs9Gd"
LONG = "Yd93hfKs72Lqpz0WmXc6VbNt1"
YEAR = 365 * 86_400


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


def lines(name: str, life: int = YEAR) -> tuple[str, str]:
    """Return what the app sets: a cookie that lives long, and one of half an hour."""
    return (
        f"{name}={LONG}; Path=/; HttpOnly; Max-Age={life}",
        f"sid={SID}; Path=/; HttpOnly; Max-Age=1800",
    )


def facts_of(scene: TrafficScene) -> list[SessionFacts]:
    """Return what was told of sessions, in order."""
    told = [one for one in scene.events if isinstance(one, SessionSeen | SessionWritten)]
    return [one.facts for one in told]


async def log_in(scene: TrafficScene, name: str, life: int = YEAR) -> SessionWritten:
    await scene.visit("POST /login", "", *lines(name, life), status=303)
    return scene.take(SessionWritten)[-1]


@pytest.mark.parametrize("name", ["visitor", "device", "ab_bucket"])
async def test_what_lives_a_year_beside_a_session_is_none_of_it(
    scene: TrafficScene, name: str
) -> None:
    login = await log_in(scene, name)
    assert (login.session, login.facts.name) == (fingerprint(SID), "sid · format unknown")
    assert [timer.ends for timer in login.facts.timers] == [NOW + 1800]
    await scene.visit("GET /me", f"{name}={LONG}; sid={SID}")
    await scene.visit(
        "POST /logout", f"{name}={LONG}; sid={SID}", "sid=; Path=/; Max-Age=0", status=303
    )
    (end,) = scene.take(SessionDestroyed)
    assert (end.session, end.reason) == (fingerprint(SID), "logout")
    await scene.visit("GET /me", f"{name}={LONG}", status=302, location="/login")
    assert scene.take(SessionRefused) == []


@pytest.mark.parametrize("name", ["remember_me", "auth_token", "persistent", "user_session"])
async def test_a_name_that_says_so_is_the_session_s(scene: TrafficScene, name: str) -> None:
    login = await log_in(scene, name)
    assert name in login.facts.name


async def test_one_of_ninety_days_is_the_session_s(scene: TrafficScene) -> None:
    login = await log_in(scene, "visitor", 90 * 86_400)
    assert "visitor" in login.facts.name


async def test_alone_it_is_the_session(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", lines("visitor")[0], status=303)
    assert scene.take(SessionWritten)[-1].facts.name == "visitor · format unknown"


@pytest.mark.parametrize("is_named", [False, True])
async def test_a_page_s_cookie_of_a_year_is_a_visitor_s_unless_it_is_named(is_named: bool) -> None:
    scene = TrafficScene(named=("visitor",) if is_named else ())
    await scene.visit("GET /", "", lines("visitor")[0])
    facts = facts_of(scene)[-1]
    assert bool(facts.visitor) is not is_named
    scene.opener.close()


async def test_one_that_a_login_keeps_is_the_session(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", lines("visitor")[0])
    await scene.visit("GET /me", f"visitor={LONG}", status=302, location="/login")
    await scene.visit("POST /login", f"visitor={LONG}", status=303, location="/me")
    await scene.visit("GET /me", f"visitor={LONG}")
    facts = facts_of(scene)
    assert facts[0].visitor != ""
    assert facts[-1].visitor == ""


async def test_a_wrong_password_that_is_answered_by_the_form_uses_it_not(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /", "", lines("visitor")[0])
    await scene.visit("POST /login", f"visitor={LONG}", status=200)
    await scene.visit("GET /", f"visitor={LONG}")
    assert all(facts.visitor for facts in facts_of(scene))

"""What an app makes of a value that it had replaced: a logout is none of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.ends.reuse import GRACE
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionShownAgain,
)
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_learned_sessions import FIRST as REFRESH
from tests.devserver.attach.traffic.test_learned_sessions import GONE, log_in, rotate

FIRST = "h2kQ9vWz7Lr4TbXn1YcMfPd6Gs8JaE0uKq3RtVy5HoBwUiZx"
SECOND = "Qe6Rz0XvB2mKc8TnW5yLj1DgUp7SfHa4Gk9MrYb3VxCtEwNo"
THIRD = "kT8wq2ZrV5nYb1LxC7dJm4PfHs9GaE3uRo6KyUt0XiBvQzWe"
DELETED = "id=; Path=/; Max-Age=0"


def line(value: str) -> str:
    """Return a cookie as actix-session seals it, anew for each answer."""
    return f"id={value}; Path=/; HttpOnly; Max-Age=20"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene(named=("id",))
    await found.visit("GET /profile", status=401)
    yield found
    found.opener.close()


async def open_two_tabs(scene: TrafficScene) -> None:
    """Log in, and let another tab send the value that the first one's page has replaced."""
    await scene.visit("POST /login", "", line(FIRST), status=303)
    await scene.visit("GET /profile", f"id={FIRST}", line(SECOND))
    scene.clock.advance(GRACE)
    await scene.visit("GET /profile", f"id={FIRST}", line(THIRD))
    scene.clock.advance(GRACE)


@pytest.mark.parametrize("status", [200, 303])
async def test_a_logout_with_a_replaced_value_is_a_logout(scene: TrafficScene, status: int) -> None:
    await open_two_tabs(scene)
    await scene.visit("POST /bump", f"id={SECOND}")
    await scene.visit("POST /logout", f"id={SECOND}", DELETED, status=status)
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]
    (reused,) = scene.take(CookieReused)
    assert reused.outcome == "accepted", "the cookie is not single-use: no more is said of that"


async def test_a_value_that_is_accepted_after_the_logout_is_a_copy(scene: TrafficScene) -> None:
    """Each value of such a cookie counts: that it is the newest takes no logout back."""
    await open_two_tabs(scene)
    await scene.visit("POST /logout", f"id={SECOND}", DELETED, status=303)
    await scene.visit("GET /profile", f"id={THIRD}")
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["accepted"]


@pytest.mark.parametrize(
    ("request_line", "status", "reasons"),
    [
        ("POST /refresh", 401, ["reuse"]),
        ("POST /refresh", 302, ["reuse"]),
        ("GET /me", 401, ["reuse"]),
        ("POST /logout", 200, ["logout"]),
        ("POST /logout", 303, ["logout"]),
    ],
)
async def test_the_cookies_of_a_refresh_pair_are_deleted_for_reuse_or_by_a_logout(
    scene: TrafficScene, request_line: str, status: int, reasons: list[str]
) -> None:
    await log_in(scene)
    await rotate(scene)
    scene.clock.advance(GRACE)
    await scene.visit(request_line, f"refresh={REFRESH}", *GONE, status=status)
    assert [one.reason for one in scene.take(SessionDestroyed)] == reasons
    assert len(scene.take(CookieReused)) == reasons.count("reuse")

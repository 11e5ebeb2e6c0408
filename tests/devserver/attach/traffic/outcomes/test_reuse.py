"""What an app makes of a value that it had replaced: a logout is none of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.outcomes.known_requests import GRACE
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionShownAgain,
)
from tests.devserver.attach.traffic.replaced import (
    DELETED,
    FIRST,
    LEARNED,
    PHP,
    SECOND,
    THIRD,
    change_password,
    line,
)
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_learned_sessions import FIRST as REFRESH
from tests.devserver.attach.traffic.test_learned_sessions import GONE, log_in, rotate
from tests.inspector.model.events import state_of


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


every_kind = pytest.mark.parametrize("ids", [LEARNED, PHP], ids=["learned", "known format"])


@every_kind
async def test_each_refusal_of_a_replaced_id_is_told_and_is_no_alarm(
    scene: TrafficScene, ids: tuple[str, str]
) -> None:
    name = await change_password(scene, ids)
    for _ in range(2):
        await scene.visit("GET /profile", ids[0], status=401)
    told = [(one.session, one.outcome, one.renews, one.cause) for one in scene.take(CookieReused)]
    assert told == [(name, "refused", False, "x5"), (name, "refused", False, "x6")]
    assert state_of(*scene.events).alarms.raised == ()


@every_kind
async def test_a_replaced_id_that_is_accepted_is_an_alarm_of_its_own(
    scene: TrafficScene, ids: tuple[str, str]
) -> None:
    await change_password(scene, ids)
    for _ in range(2):
        await scene.visit("GET /profile", ids[0])
    assert [one.outcome for one in scene.take(CookieReused)] == ["accepted"]
    (alarm,) = state_of(*scene.events).alarms.raised
    assert alarm.kind == "old id accepted"
    assert alarm.text.startswith("the app accepted it all the same (200): ")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [("GET /", 200), ("GET /profile", 500), ("POST /form", 403)],
    ids=["no session needed", "error", "for what is in a form"],
)
@every_kind
async def test_what_an_answer_may_have_for_another_cause_shows_nothing(
    scene: TrafficScene, ids: tuple[str, str], request_line: str, status: int
) -> None:
    await scene.visit("GET /")
    await change_password(scene, ids)
    await scene.visit(request_line, ids[0], status=status)
    assert [one.outcome for one in scene.take(CookieReused)] == ["unknown"]
    assert state_of(*scene.events).alarms.raised == ()


@every_kind
async def test_a_replaced_id_that_is_sent_to_the_login_is_refused(
    scene: TrafficScene, ids: tuple[str, str]
) -> None:
    await change_password(scene, ids)
    await scene.visit("GET /other", ids[0], status=302, location="/login?next=/other")
    assert [one.outcome for one in scene.take(CookieReused)] == ["refused"]


@every_kind
async def test_a_replaced_id_that_is_answered_at_once_was_under_way(
    scene: TrafficScene, ids: tuple[str, str]
) -> None:
    await change_password(scene, ids)
    scene.clock.advance(-GRACE / 2)
    await scene.visit("GET /profile", ids[0])
    assert scene.take(CookieReused) == []


async def test_a_page_that_refuses_an_access_token_says_nothing_of_what_renews_it(
    scene: TrafficScene,
) -> None:
    await log_in(scene)
    await scene.visit("GET /me", f"refresh={REFRESH}")
    await rotate(scene)
    scene.clock.advance(GRACE)
    await scene.visit("GET /me", f"refresh={REFRESH}", status=401)
    (reused,) = scene.take(CookieReused)
    assert (reused.outcome, reused.renews) == ("unknown", True)


@pytest.mark.parametrize(
    ("cookie", "request_line", "renews"),
    [
        ("refresh_token", "POST /keys", True),
        ("rt", "POST /auth/refresh", True),
        ("rt", "POST /auth/extend", False),
    ],
)
async def test_a_refresh_cookie_whose_tokens_are_in_no_cookie_is_told_by_its_names(
    scene: TrafficScene, cookie: str, request_line: str, renews: bool
) -> None:
    def made(value: str) -> str:
        return f"{cookie}={value}; Path=/; HttpOnly"

    await scene.visit("POST /login", "", made(FIRST))
    await scene.visit(request_line, f"{cookie}={FIRST}", made(SECOND))
    scene.clock.advance(GRACE)
    await scene.visit(request_line, f"{cookie}={FIRST}", status=401)
    assert [one.renews for one in scene.take(CookieReused)] == [renews]

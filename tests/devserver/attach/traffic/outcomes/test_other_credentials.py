"""A 401 that asks for another credential than a cookie (HTTP Basic) judges no session."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
)
from tests.devserver.attach.traffic.outcomes.refusing import (
    DELETED,
    Make,
    every_kind,
    line,
    lives,
    log_in,
    opened,
    php,
    unknown,
)
from tests.devserver.attach.traffic.scene import TrafficScene

METRICS = "GET /metrics"


async def refuse(scene: TrafficScene, page: str, cookie: str, *, asks_other: bool = True) -> None:
    arrival = await scene.ask(page, cookie)
    await scene.answer(arrival, status=401, asks_other=asks_other)


@every_kind
@pytest.mark.parametrize(("asks_other", "life"), [(True, ""), (False, "refused")])
async def test_it_refuses_no_session(
    scene: TrafficScene, make: Make, asks_other: bool, life: str
) -> None:
    await refuse(scene, METRICS, "", asks_other=asks_other)
    await log_in(scene, make(0))
    await refuse(scene, METRICS, make(0), asks_other=asks_other)
    assert lives(scene) == [life]


@every_kind
async def test_it_does_where_the_page_has_accepted_the_session(
    scene: TrafficScene, make: Make
) -> None:
    """Spring Security asks so for any API whose session has ended."""
    await log_in(scene, make(0))
    await refuse(scene, "GET /me", make(0))
    assert lives(scene) == ["refused"]


async def test_such_a_page_needs_no_session(scene: TrafficScene) -> None:
    """Whoever sends the password is answered, whatever his cookies are."""
    await refuse(scene, METRICS, "")
    await log_in(scene, opened(0))
    await scene.visit("POST /logout", opened(0), DELETED, status=303)
    await scene.visit(METRICS, opened(0))
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["answered"]
    await refuse(scene, METRICS, opened(0))
    assert scene.take(SessionShownAgain)[-1].outcome == "unknown"
    assert [one for one in scene.take(SessionLoaded) if one.origin == "seen"] == []


@pytest.mark.parametrize("make", [unknown, php])
async def test_it_refuses_no_old_id_and_no_id_of_before(scene: TrafficScene, make: Make) -> None:
    await refuse(scene, METRICS, php(5))
    await log_in(scene, make(0))
    await scene.visit("POST /pw", make(0), line(make(1)))
    scene.clock.advance(3)
    await refuse(scene, METRICS, make(0))
    assert scene.take(SessionRefused) == []
    assert scene.take(SessionSeen) == []
    assert [one for one in scene.take(CookieReused) if one.outcome == "refused"] == []

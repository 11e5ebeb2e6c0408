"""A refresh cookie that was refused where it renews: what it renewed lives on until its own end."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import SessionRefused
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_learned_sessions import (
    SECOND,
    access,
    log_in,
    rotate,
    token,
)


@pytest.mark.parametrize(("status", "codes"), [(401, ["401"]), (500, [])])
async def test_a_refresh_cookie_that_was_refused_renews_no_access_token_that_is_over(
    status: int, codes: list[str]
) -> None:
    """Its family is dead by somebody's reuse; the access token was accepted once more."""
    scene = TrafficScene()
    await log_in(scene)
    await rotate(scene)
    scene.clock.advance(3)
    made = access(token(ends=scene.clock.now() + 2)).partition(";")[0]
    await scene.visit("POST /refresh", f"{made}; refresh={SECOND}", status=status)
    await scene.visit("GET /me", f"{made}; refresh={SECOND}")
    scene.clock.advance(3)
    before = len(scene.take(SessionRefused))
    await scene.visit("GET /me", f"refresh={SECOND}", status=401)
    assert [one.code for one in scene.take(SessionRefused)[before:]] == codes
    scene.opener.close()

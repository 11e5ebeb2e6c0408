"""What is refused in another browser than the session's own is a copy: its session lives on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.browsers.given_values import GivenValues
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionRefused,
    SessionShownAgain,
)
from tests.devserver.attach.traffic.outcomes.refusing import (
    DELETED,
    Make,
    every_kind,
    line,
    lives,
    starlette,
)
from tests.devserver.attach.traffic.scene import TrafficScene


@pytest.mark.parametrize(
    ("given", "asked", "elsewhere"),
    [("a", "b", True), ("a", "a", False), ("", "b", False), ("a", "", False)],
)
def test_another_browser_is_one_that_says_so(given: str, asked: str, elsewhere: bool) -> None:
    values = GivenValues()
    assert not values.is_elsewhere("s", asked), "nothing is known of it"
    values.note("s", "digest", given)
    assert values.is_elsewhere("s", asked) is elsewhere
    assert values.is_outdated("s", asked, lambda: "older") is elsewhere
    assert not values.is_outdated("s", asked, lambda: "digest")


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret")
    await found.visit("GET /me", status=401)
    found.browser = "owner"
    yield found
    found.opener.close()


@every_kind
async def test_a_copy_that_is_refused_elsewhere_takes_nothing_from_its_owner(
    scene: TrafficScene, make: Make
) -> None:
    """The session is bound to its browser: the app takes the cookie away from the other one."""
    jar = make(1)
    name = jar.partition("=")[0]
    gone = f"{name}=; Path=/; Max-Age=0"
    await scene.visit("POST /login", "", line(jar), status=302, location="/me")
    await scene.visit("GET /me", jar)
    for _ in range(2):
        scene.browser = "thief"
        await scene.visit("GET /me", jar, gone, status=401)
        scene.browser = "owner"
        scene.clock.advance(2)
        await scene.visit("GET /me", jar)
        assert lives(scene) == [""]
    assert scene.take(SessionShownAgain) == []
    await scene.visit("POST /logout", jar, gone, status=302, location="/")
    assert [one.reason for one in scene.take(SessionDestroyed)] == ["logout"]


async def test_an_old_content_that_is_over_elsewhere_is_no_end_of_the_session(
    scene: TrafficScene,
) -> None:
    old = starlette("secret", user="bob", n=1)
    new = starlette("secret", user="bob", n=2)
    await scene.visit("POST /login", "", line(old), status=302, location="/me")
    await scene.visit("GET /me", old, line(new))
    scene.clock.advance(5)
    scene.browser = "thief"
    await scene.visit("GET /me", old, DELETED, status=401)
    assert scene.take(SessionRefused) == []
    assert [one.outcome for one in scene.take(CookieReused)] == ["refused"]
    assert lives(scene) == [""]

"""An app whose clock is off: the times in its cookies are its own, and what it answers counts."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionWritten,
)
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

SECRET = "keyboard cat"
LIFE = 30
OFFSETS = pytest.mark.parametrize("offset", [-90.0, 90.0])


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene(SECRET)
    yield found
    found.opener.close()


def mint(now: float, life: float = LIFE) -> str:
    """Return a JWT as the app signs it at a moment of its own clock."""
    head = _pack({"alg": "HS256", "typ": "JWT"})
    body = _pack({"sub": "alice", "iat": int(now), "nbf": int(now), "exp": int(now + life)})
    mac = hmac.digest(SECRET.encode(), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{_to_text(mac)}"


def _pack(value: object) -> str:
    return _to_text(json.dumps(value).encode())


def _to_text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def sealed_of(timers: tuple[Timer, ...]) -> Timer:
    return next(timer for timer in timers if timer.name == "sealed")


@OFFSETS
async def test_the_end_inside_is_by_the_apps_clock(scene: TrafficScene, offset: float) -> None:
    scene.clock_offset = offset
    value = mint(NOW + offset)
    await scene.visit("POST /login", "", f"jwt={value}; HttpOnly; Path=/; Max-Age={LIFE}")
    await scene.visit("GET /me", f"jwt={value}")
    (written,) = scene.take(SessionWritten)
    sealed = sealed_of(written.facts.timers)
    assert (sealed.ends, sealed.clock_offset) == (NOW + LIFE, offset)
    assert scene.take(SessionRefused) == []
    scene.clock.advance(LIFE + 1)
    await scene.visit("GET /me", f"jwt={value}", status=401)
    refused = scene.take(SessionRefused)
    assert (refused[0].code, refused[0].origin) == ("expired", "rule")


async def test_an_app_whose_clock_is_right_refuses_what_has_ended(scene: TrafficScene) -> None:
    value = mint(NOW - 90)
    await scene.ask("GET /me", f"jwt={value}")
    (refused,) = scene.take(SessionRefused)
    assert (refused.code, refused.origin) == ("expired", "rule")


async def test_a_session_is_told_anew_once_the_apps_clock_is_known(scene: TrafficScene) -> None:
    """The first request comes before any response."""
    value = mint(NOW - 90)
    await scene.visit("GET /me", f"jwt={value}")
    scene.clock_offset = -90.0
    await scene.visit("GET /me", f"jwt={value}")
    await scene.visit("GET /me", f"jwt={value}")
    first, second = scene.take(SessionSeen)
    assert sealed_of(first.facts.timers).ends == NOW - 60
    assert sealed_of(second.facts.timers).ends == NOW + 30
    assert [event.origin for event in scene.take(SessionLoaded)] == ["rule", "rule"]
    assert len(scene.take(SessionRefused)) == 1


async def test_what_the_app_accepts_outweighs_the_rule_that_refuses_it(scene: TrafficScene) -> None:
    """It sends no Date: nothing shows its clock."""
    value = mint(NOW - 90)
    await scene.visit("GET /me", status=401)
    await scene.visit("GET /me", f"jwt={value}")
    await scene.visit("GET /me", f"jwt={value}")
    assert len(scene.take(SessionRefused)) == 1
    (loaded,) = scene.take(SessionLoaded)
    assert (loaded.origin, loaded.cause) == ("seen", "x2")


@pytest.mark.parametrize(("status", "of_nobody"), [(200, 200), (401, 401), (200, None)])
async def test_what_anybody_gets_outweighs_nothing(
    scene: TrafficScene, status: int, of_nobody: int | None
) -> None:
    value = mint(NOW - 90)
    if of_nobody is not None:
        await scene.visit("GET /me", status=of_nobody)
    await scene.visit("GET /me", f"jwt={value}", status=status)
    assert scene.take(SessionLoaded) == []


@OFFSETS
async def test_a_value_that_was_just_signed_shows_the_clock(
    scene: TrafficScene, offset: float
) -> None:
    """The server in front of the app has the right Date."""
    value = mint(NOW + offset)
    await scene.visit("POST /login", "", f"jwt={value}; HttpOnly; Path=/; Max-Age={LIFE}")
    scene.clock.advance(10)
    rolled = mint(NOW + 10 + offset)
    await scene.visit("GET /me", f"jwt={value}", f"jwt={rolled}; HttpOnly; Path=/; Max-Age=30")
    await scene.visit("GET /me", f"jwt={rolled}")
    first, second = scene.take(SessionWritten)
    ends = [sealed_of(one.facts.timers).ends for one in (first, second)]
    assert ends == pytest.approx([NOW + LIFE, NOW + 10 + LIFE], abs=1)
    assert scene.take(SessionRefused) == []


@OFFSETS
async def test_each_app_has_the_clock_by_which_it_signs(scene: TrafficScene, offset: float) -> None:
    """Two apps behind one proxy, and one Date: the other one's clock says nothing of this one's."""
    scene.host = "shop.test"
    odd = mint(NOW + offset)
    await scene.visit("POST /login", "", f"shop={odd}; HttpOnly; Path=/; Max-Age={LIFE}")
    scene.host = "blog.test"
    right = mint(NOW, 3600)
    await scene.visit("POST /login", "", f"blog={right}; HttpOnly; Path=/; Max-Age=3600")
    await scene.visit("GET /me", f"blog={right}")
    scene.host = "shop.test"
    await scene.visit("GET /me", f"shop={odd}")
    shop, blog = (sealed_of(one.facts.timers) for one in scene.take(SessionWritten))
    assert (blog.ends, blog.clock_offset) == (NOW + 3600, 0)
    assert shop.ends == pytest.approx(NOW + LIFE, abs=1)
    assert shop.clock_offset == pytest.approx(offset, abs=1)
    assert scene.take(SessionRefused) == []


@pytest.mark.parametrize(
    ("signed", "life", "ends"),
    [
        (-90, 3600, 3510),  # a time that the app keeps, or a clock that is off: it lives
        (0, 3600, 3600),
        (0, -5, -5),  # over on purpose
    ],
)
async def test_what_was_signed_before_and_lives_shows_no_clock(
    scene: TrafficScene, signed: float, life: float, ends: float
) -> None:
    value = mint(NOW + signed, life)
    await scene.visit("POST /login", "", f"jwt={value}; HttpOnly; Path=/")
    (written,) = scene.take(SessionWritten)
    sealed = sealed_of(written.facts.timers)
    assert (sealed.ends, sealed.clock_offset) == (NOW + ends, 0)


async def test_what_is_signed_anew_with_an_end_in_the_past_is_over(scene: TrafficScene) -> None:
    """As a logout that keeps the time of the login."""
    value = mint(NOW, 3600)
    await scene.visit("POST /login", "", f"jwt={value}; HttpOnly; Path=/")
    scene.clock.advance(600)
    over = mint(NOW, 300)
    await scene.visit("GET /out", f"jwt={value}", f"jwt={over}; HttpOnly; Path=/")
    await scene.visit("GET /me", f"jwt={over}", status=401)
    (refused, *_) = scene.take(SessionRefused)
    assert (refused.code, refused.origin) == ("expired", "rule")

"""An id that the app draws anew beside a cookie that shows its user: better-auth's cookie cache."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from session_inspector.devserver.core.events.session import CookieReused, SessionWritten
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.signed_text import sign_padded
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_growing_sessions import material_of

DECODERS = load_decoders()
MATERIAL = material_of("better-auth-compact")
CACHE = open_cookies(DECODERS, MATERIAL)
CHANGE = "POST /api/auth/change-password"
DATA = "better-auth.session_data"


@dataclass(frozen=True, slots=True)
class Browser:
    """The cookies of one session of one user."""

    token: str
    user: str

    @property
    def cookies(self) -> dict[str, str]:
        session = dict(_member("session"), token=self.token, userId=self.user, id=self.token[::-1])
        user = dict(_member("user"), id=self.user, email=f"{self.user}@example.test")
        payload = {**CACHE.payload, "session": session, "user": user}
        sealed = seal_cookies(DECODERS, replace(CACHE, payload=payload), MATERIAL.secrets)
        return {"better-auth.session_token": sign_padded(self.token, MATERIAL.secrets[0]), **sealed}

    @property
    def header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def lines(self) -> list[str]:
        return [f"{name}={value}; Path=/; HttpOnly" for name, value in self.cookies.items()]


def _member(name: str) -> JsonObject:
    found = CACHE.payload[name]
    assert isinstance(found, dict)
    return found


ALICE = Browser("a" * 32, "alice")


async def change(after: Browser, request: str = CHANGE) -> tuple[TrafficScene, SessionWritten]:
    scene = TrafficScene(*MATERIAL.secrets)
    scene.clock.advance(MATERIAL.now - NOW)
    await scene.visit("GET /me", "", status=401)
    await scene.visit("POST /sign-in/email", "", *ALICE.lines)
    await scene.visit(request, ALICE.header, *after.lines)
    return scene, scene.take(SessionWritten)[-1]


async def test_the_same_user_in_a_verified_cookie_goes_on_by_another_id() -> None:
    scene, written = await change(Browser("b" * 32, "alice"))
    assert (written.reason, written.previous) == ("rotate", scene.take(SessionWritten)[0].session)
    scene.clock.advance(3)
    await scene.visit("GET /me", ALICE.header, status=401)
    assert [one.outcome for one in scene.take(CookieReused)] == ["refused"]


@pytest.mark.parametrize(
    ("after", "request_line", "reason"),
    [
        (Browser("b" * 32, "bob"), CHANGE, "created"),
        (Browser("b" * 32, "alice"), "POST /login", "login"),
        (Browser("b" * 32, "alice"), "POST /api/auth/sign-in/email", "login"),
    ],
    ids=["another user", "a login", "better-auth's login"],
)
async def test_what_may_be_another_login_is_one(
    after: Browser, request_line: str, reason: str
) -> None:
    """The near miss; of another user's no login was seen."""
    _, written = await change(after, request_line)
    assert written.reason == reason

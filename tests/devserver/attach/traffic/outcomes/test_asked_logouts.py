"""Logouts without a Set-Cookie: express-session's `req.session.destroy()` with its MemoryStore."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import TrafficScene

ALICE = "a" * 32
NOBODY = "n" * 32
OTHER = "o" * 32


def cookie(session_id: str) -> str:
    """Return an express-session cookie: signed."""
    digest = hmac.digest(b"secret", session_id.encode(), "sha256")
    signature = b64encode(digest).decode().rstrip("=")
    return "connect.sid=" + quote(f"s:{session_id}.{signature}", safe="")


def line(session_id: str) -> str:
    return f"{cookie(session_id)}; Path=/; HttpOnly; Max-Age=86400"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    """`rolling: true`: each page sets the cookie again."""
    found = TrafficScene("secret")
    await found.visit("GET /me", "", status=401)
    await found.visit("POST /login", "", line(ALICE), status=302, location="/")
    await found.visit("GET /", cookie(ALICE), line(ALICE))
    yield found
    found.opener.close()


async def log_out(scene: TrafficScene, request: str = "GET /logout", status: int = 302) -> None:
    scene.clock.advance(1)
    await scene.visit(request, cookie(ALICE), status=status, location="/")
    scene.clock.advance(2)


def outcomes(scene: TrafficScene) -> list[str]:
    return [one.outcome for one in scene.take(CookieLeft)]


@pytest.mark.parametrize(
    "request_line", ["GET /logout", "POST /api/v1/auth/sign-out", "DELETE /session"]
)
async def test_a_logout_that_sets_no_cookie_leaves_open_whether_it_ended(
    scene: TrafficScene, request_line: str
) -> None:
    await log_out(scene, request_line)
    (left,) = scene.take(CookieLeft)
    assert (left.session, left.outcome) == (fingerprint(ALICE), "unknown")
    assert (left.names, left.deleted, left.left_by, left.cause) == (
        ("connect.sid",),
        (),
        "x4",
        "x4",
    )
    assert (left.request, left.status) == (request_line, 302)
    assert scene.take(SessionDestroyed) == [] == scene.take(SessionRefused)


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /blog-offers",
        "GET /catalog-offline",
        "GET /logoutput",
        "POST /devices/7/logout",
        "DELETE /sessions",
        "HEAD /logout",
    ],
)
async def test_what_only_sounds_so_or_logs_out_others_is_no_logout(
    scene: TrafficScene, request_line: str
) -> None:
    await log_out(scene, request_line, status=200)
    assert scene.take(CookieLeft) == []


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_a_logout_that_the_app_refuses_is_none(scene: TrafficScene, status: int) -> None:
    await log_out(scene, "POST /logout", status=status)
    assert scene.take(CookieLeft) == []


async def test_a_page_that_renewed_the_cookie_before_and_does_so_no_more_is_told_once(
    scene: TrafficScene,
) -> None:
    await log_out(scene)
    await scene.visit("GET /about", cookie(ALICE))
    assert outcomes(scene) == ["unknown"], "that page had never renewed it"
    for _ in range(2):
        await scene.visit("GET /", cookie(ALICE))
    assert outcomes(scene) == ["unknown", "silent"]
    assert scene.take(CookieLeft)[1].left_by == "x4"


async def test_a_refusal_after_it_settles_it(scene: TrafficScene) -> None:
    await log_out(scene)
    await scene.visit("GET /me", cookie(ALICE), status=401)
    assert [one.code for one in scene.take(SessionRefused)] == ["401"]
    await scene.visit("GET /", cookie(ALICE))
    assert outcomes(scene) == ["unknown"]


async def test_the_way_to_the_login_settles_it_on_a_page_that_was_never_asked_for(
    scene: TrafficScene,
) -> None:
    await log_out(scene)
    await scene.visit("GET /account", cookie(ALICE), status=302, location="/login")
    (refused,) = scene.take(SessionRefused)
    assert refused.reason.endswith("GET /account, after GET /logout (x4) had asked to log out")


async def test_a_page_that_needs_a_session_and_accepts_it_is_the_alarm(scene: TrafficScene) -> None:
    await log_out(scene)
    for _ in range(2):
        await scene.visit("GET /me", cookie(ALICE))
    assert outcomes(scene) == ["unknown", "accepted"]
    assert (scene.take(CookieLeft)[1].left_by, scene.take(CookieLeft)[1].cause) == ("x4", "x5")


async def test_a_page_to_log_out_at_may_only_ask_back(scene: TrafficScene) -> None:
    """django-allauth, Auth.js: the form is sent by POST."""
    await log_out(scene, status=200)
    await scene.visit("GET /me", cookie(ALICE))
    assert outcomes(scene) == ["unknown"]
    assert [one.origin for one in scene.take(SessionLoaded)][-1] == "seen"


async def test_a_request_that_was_under_way_settles_nothing(scene: TrafficScene) -> None:
    early = await scene.ask("GET /me", cookie(ALICE))
    await log_out(scene)
    await scene.answer(early)
    assert outcomes(scene) == ["unknown"]


async def test_another_id_after_it_is_no_rotation(scene: TrafficScene) -> None:
    """Jetty, PHP, `saveUninitialized: true`: whoever has no session that counts gets an id."""
    await log_out(scene)
    await scene.visit("GET /shop", cookie(ALICE), line(NOBODY))
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason, ended.cause) == (fingerprint(ALICE), "logout", "x5")
    assert (
        ended.detail
        == "GET /logout (x4) asked to log out, and GET /shop gave the browser another session"
    )
    written = scene.take(SessionWritten)[-1]
    assert (written.session, written.reason, written.previous) == (
        fingerprint(NOBODY),
        "created",
        "",
    )


async def test_another_id_without_a_logout_is_a_rotation(scene: TrafficScene) -> None:
    await scene.visit("POST /password", cookie(ALICE), line(OTHER))
    written = scene.take(SessionWritten)[-1]
    assert (written.session, written.reason) == (fingerprint(ALICE), "rotate")
    assert scene.take(SessionDestroyed) == []


async def test_a_logout_that_draws_the_id_anew_ends_the_session(scene: TrafficScene) -> None:
    """Passport's `req.logout()` regenerates the session."""
    await scene.visit("POST /logout", cookie(ALICE), line(NOBODY), status=302, location="/")
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (fingerprint(ALICE), "logout")
    assert "who is logged in to that one is not known" in ended.detail
    written = scene.take(SessionWritten)[-1]
    assert (written.session, written.reason, written.previous) == (
        fingerprint(NOBODY),
        "created",
        "",
    )
    assert scene.take(CookieLeft) == []


async def test_a_login_after_it_is_one(scene: TrafficScene) -> None:
    await log_out(scene)
    await scene.visit("POST /login", cookie(ALICE), line(OTHER), status=302, location="/")
    written = scene.take(SessionWritten)[-1]
    assert (written.reason, written.previous) == ("login", fingerprint(ALICE))
    await scene.visit("GET /me", cookie(OTHER))
    assert outcomes(scene) == ["unknown"]


async def test_a_login_to_the_same_id_forgets_it(scene: TrafficScene) -> None:
    await log_out(scene)
    await scene.visit("POST /login", cookie(ALICE), status=302, location="/")
    await scene.visit("GET /me", cookie(ALICE))
    assert outcomes(scene) == ["unknown"]


async def test_an_unknown_cookie_that_stays_is_told_too(scene: TrafficScene) -> None:
    first = "sid=0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    second = "sid=f0e1d2c3b4a5968778695a4b3c2d1e0f"
    await scene.visit("POST /login", "", f"{first}; HttpOnly", status=302)
    await scene.visit("POST /logout", first, status=204)
    assert outcomes(scene) == ["unknown"]
    scene.clock.advance(2)
    await scene.visit("GET /shop", first, f"{second}; HttpOnly")
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.reason, ended.session) == ("logout", scene.take(CookieLeft)[0].session)
    assert scene.take(SessionWritten)[-1].reason == "created"

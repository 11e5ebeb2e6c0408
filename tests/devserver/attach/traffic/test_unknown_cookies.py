"""Cookies that no decoder knows: which of them are listed as sessions, and what is said of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

BARE_ID = "qk4Yx0bT7uJm2ZsWc9eHfLrVnPdAo3GiKt6XyB1vMwE"
"""As `secrets.token_urlsafe(32)` draws them, for Flask-Session and for anybody."""
OPAQUE = "Zx81-kQ2mVb7LtRw0PyHs9Gd"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def test_an_unknown_cookie_that_behaves_like_a_session_is_listed(
    scene: TrafficScene,
) -> None:
    line = f"sid={OPAQUE}; Path=/; HttpOnly; Max-Age=60"
    holders = await scene.visit("POST /login", "", line)
    (written,) = scene.take(SessionWritten)
    assert holders == {"sid": written.session}
    facts = written.facts
    assert (facts.kind, facts.name, facts.size) == ("unknown", "sid · format unknown", len(OPAQUE))
    assert facts.timers == (Timer(name="cookie", ends=NOW + 60, ends_session=True),)
    assert facts.data == {"cookies of unknown format": {"sid": "POST /login"}}
    await scene.visit("GET /", f"sid={OPAQUE}")
    assert [loaded.session for loaded in scene.take(SessionLoaded)] == [written.session]
    await scene.visit("POST /logout", f"sid={OPAQUE}", "sid=; Max-Age=0")
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["logout"]


@pytest.mark.parametrize(
    ("request_line", "line"),
    [
        ("GET /", f"sid={OPAQUE}; HttpOnly"),
        ("POST /login", f"sid={OPAQUE}"),
        ("GET /", "sid=0f8fad5b-d9cb-469f-a165-70867728950e; HttpOnly"),
        ("GET /", "JSESSIONID=0AAB6C8DE415E2A1A4A3B6A6D1C2F3E4; HttpOnly"),
    ],
)
async def test_what_looks_drawn_by_lot_and_is_kept_from_scripts_or_answers_a_form(
    scene: TrafficScene, request_line: str, line: str
) -> None:
    await scene.visit(request_line, "", line)
    assert [written.facts.kind for written in scene.take(SessionWritten)] == ["unknown"]


@pytest.mark.parametrize(
    ("request_line", "line"),
    [
        ("GET /", f"visitor={OPAQUE}"),
        ("POST /login", "theme=dark; HttpOnly"),
        ("POST /login", "lang=en-US-and-many-more-words; HttpOnly"),
        ("POST /login", f"csrf_token={OPAQUE}; HttpOnly"),
        ("POST /login", f"XSRF-TOKEN={OPAQUE}"),
        ("GET /", f"__cf_bm={OPAQUE}; HttpOnly"),
        ("POST /login", "seen=1760000000000000; HttpOnly"),
        ("POST /login", "sid=; HttpOnly"),
        ("POST /login", f"sid={OPAQUE}; HttpOnly; Max-Age=0"),
    ],
)
async def test_other_cookies_are_no_sessions(
    scene: TrafficScene, request_line: str, line: str
) -> None:
    await scene.visit(request_line, "", line)
    assert scene.events == []


async def test_what_is_set_on_the_way_to_a_provider_is_for_the_login(scene: TrafficScene) -> None:
    arrival = await scene.ask("GET /login")
    await scene.answer(arrival, f"oauth={OPAQUE}; HttpOnly", status=302, is_leaving=True)
    assert scene.events == []


async def test_a_cookie_can_be_named_a_session_by_hand() -> None:
    scene = TrafficScene(named=("who",))
    await scene.visit("GET /", "who=alice; theme=dark")
    (seen,) = scene.take(SessionSeen)
    assert (seen.facts.kind, seen.facts.name) == ("unknown", "who · format unknown")
    assert seen.facts.data == {"cookies of unknown format": {"who": "not seen"}}
    assert seen.facts.timers == ()
    await scene.visit("GET /", "", "who=bob")
    assert [written.session for written in scene.take(SessionWritten)] == [fingerprint("bob")]
    scene.opener.close()


async def test_unknown_cookies_beside_a_known_session_belong_to_it(scene: TrafficScene) -> None:
    flask = "session=eyJhIjoxfQ.aOa4AA.bvBBBBBBBBBBBBBBBBBBBBBBBBB; HttpOnly; Path=/"
    holders = await scene.visit("POST /login", "", flask, f"remember={OPAQUE}; HttpOnly")
    assert holders["session"] == holders["remember"]


async def test_a_bare_id_may_be_of_any_format(scene: TrafficScene) -> None:
    await scene.visit("GET /", f"token={BARE_ID}")
    (seen,) = scene.take(SessionSeen)
    assert seen.facts.name == "token · format unknown"


SIGNED = f"s:{'a' * 32}.{'b' * 43}"


async def test_a_known_shape_without_a_secret_is_listed_as_not_opened(scene: TrafficScene) -> None:
    holders = await scene.visit("POST /login", "", f"connect.sid={SIGNED}; HttpOnly; Max-Age=60")
    (written,) = scene.take(SessionWritten)
    assert holders == {"connect.sid": written.session}
    facts = written.facts
    assert (facts.kind, facts.name) == ("unknown", "express-session (not opened)")
    assert facts.timers == (Timer(name="cookie", ends=NOW + 60, ends_session=True),)
    assert [unread.code for unread in scene.take(SessionNotOpened)] == ["no_secret"]
    assert scene.take(SessionRefused) == []
    await scene.visit("POST /logout", f"connect.sid={SIGNED}", "connect.sid=; Max-Age=0")
    assert [ended.session for ended in scene.take(SessionDestroyed)] == [written.session]


async def test_what_a_named_secret_does_not_open_is_no_session_until_the_app_sets_it() -> None:
    scene = TrafficScene("another secret")
    await scene.visit("GET /", f"connect.sid={SIGNED}")  # it may be of another port
    assert scene.take(SessionSeen) == []
    await scene.visit("POST /login", "", f"connect.sid={SIGNED}; HttpOnly; Max-Age=60")
    assert [written.facts.name for written in scene.take(SessionWritten)] == [
        "express-session (not opened)"
    ]
    brought, was_set = scene.take(SessionNotOpened)
    assert (brought.code, was_set.code) == ("wrong_secret", "wrong_secret")
    assert brought.session != was_set.session
    assert scene.take(SessionRefused) == []
    scene.opener.close()


TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJleHAiOjE3NjAwMDAxMjB9"
    ".09KBJFVFjrgwrO1anlx1zup3h8SlGyn4TRbMgqLNlWg"
)
"""Of `ann`, until NOW + 120."""


@pytest.mark.parametrize("secrets", [(), ("of another app",), ("of another app", "and more")])
async def test_a_secret_that_was_merely_found_refuses_no_token(secrets: tuple[str, ...]) -> None:
    scene = TrafficScene(*secrets, has_told=False)
    await scene.visit("POST /login", "", f'access_token="Bearer {TOKEN}"; HttpOnly')
    await scene.visit("GET /", f'access_token="Bearer {TOKEN}"')
    (written,) = scene.take(SessionWritten)
    assert (written.facts.sub, written.facts.timers[0].ends) == ("ann", NOW + 120)
    assert [loaded.session for loaded in scene.take(SessionLoaded)] == [written.session]
    assert scene.take(SessionRefused) == []
    assert scene.take(SessionNotOpened) == []
    await scene.visit("GET /", f'access_token="Bearer {TOKEN}"', status=401)
    assert [refused.origin for refused in scene.take(SessionRefused)] == ["seen"]
    scene.opener.close()


@pytest.mark.parametrize("secrets", [(), ("of another app",), ("of another app", "and more")])
async def test_a_secret_that_was_merely_found_refuses_no_signed_id(
    secrets: tuple[str, ...],
) -> None:
    scene = TrafficScene(*secrets, has_told=False)
    first = f"connect.sid={SIGNED}"
    second = f"connect.sid=s:{'c' * 32}.{'d' * 43}"
    await scene.visit("POST /login", "", f"{first}; HttpOnly")
    await scene.visit("GET /", first)
    await scene.visit("POST /logout", first, f"{second}; HttpOnly", status=302)
    await scene.visit("GET /", first)
    assert [unread.code for unread in scene.take(SessionNotOpened)] == ["no_secret"] * 2
    assert scene.take(SessionRefused) == []
    before, after = scene.take(SessionWritten)
    assert (after.reason, after.previous) == ("created", "")
    assert [one.session for one in scene.take(SessionDestroyed)] == [before.session]
    (again,) = scene.take(SessionShownAgain)
    assert (again.session, again.ended) == (before.session, "logout")
    await scene.visit("GET /", second, status=401)
    assert [refused.code for refused in scene.take(SessionRefused)] == ["401"]
    scene.opener.close()


async def test_a_sealed_cookie_for_a_login_under_way_is_no_session(scene: TrafficScene) -> None:
    arrival = await scene.ask("GET /login")
    line = f"txn={SIGNED}; HttpOnly; Max-Age=600"
    await scene.answer(arrival, line, status=302, is_leaving=True)
    await scene.visit("GET /callback", f"txn={SIGNED}", "txn=; Max-Age=0")
    assert scene.take(SessionWritten) == []
    assert scene.take(SessionSeen) == []

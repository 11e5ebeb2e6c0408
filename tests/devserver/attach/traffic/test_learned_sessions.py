"""Sessions of apps whose formats nobody knows: learned from what is set, renewed and sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from session_inspector.devserver.attach.traffic.learned import digest_of
from session_inspector.devserver.attach.traffic.outcomes.known_requests import GRACE
from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.codecs.mac import mac
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

KEY = b"k" * 32
LIFE = 2_592_000
NUMBERS = count(1)


def token(sub: str = "alice", ends: float = NOW + 2) -> str:
    """Return an access token of HS256, each with another id."""
    header: JsonObject = {"alg": "HS256", "typ": "JWT"}
    head = to_base64url(compact_json(header))
    claims: JsonObject = {"sub": sub, "exp": int(ends), "jti": next(NUMBERS)}
    text = f"{head}.{to_base64url(compact_json(claims))}"
    return f"{text}.{to_base64url(mac(KEY, text))}"


def drawn() -> Iterator[str]:
    """Yield refresh tokens as `secrets.token_urlsafe(32)` draws them."""
    for number in count(1):
        yield to_base64url(mac(KEY, f"refresh {number}"))


def access(value: str) -> str:
    return f"access={value}; Path=/; HttpOnly; Max-Age=2"


def refresh(value: str) -> str:
    return f"refresh={value}; Path=/; HttpOnly; Max-Age={LIFE}"


GONE = ("access=; Path=/; Max-Age=0", "refresh=; Path=/; Max-Age=0")
FIRST, SECOND, THIRD = next(zip(*[drawn()] * 3, strict=False))


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene) -> str:
    """Log in with a pair of cookies; returns the session's name."""
    holders = await scene.visit("POST /login", "", access(token()), refresh(FIRST))
    assert holders["access"] == holders["refresh"]
    return holders["refresh"]


async def rotate(scene: TrafficScene, old: str = FIRST, new: str = SECOND) -> None:
    made = (access(token(ends=scene.clock.now() + 2)), refresh(new))
    await scene.visit("POST /refresh", f"refresh={old}", *made)


async def test_a_pair_that_a_login_sets_is_one_session(scene: TrafficScene) -> None:
    name = await log_in(scene)
    (written,) = scene.take(SessionWritten)
    assert (written.session, written.reason, written.facts.sub) == (name, "login", "alice")
    assert written.facts.timers[:2] == (
        Timer(name="cookie", ends=NOW + LIFE, ends_session=True),
        Timer(name="access_token", ends=NOW + 2),
    )
    assert written.facts.data["cookies of unknown format"] == {"refresh": "POST /login"}


async def test_a_renewed_value_is_a_rotation_and_no_login(scene: TrafficScene) -> None:
    name = await log_in(scene)
    scene.clock.advance(3)
    await scene.visit("GET /me", f"refresh={FIRST}", status=401)
    await rotate(scene)
    login, rotation = scene.take(SessionWritten)
    assert (login.session, rotation.session) == (name, name)
    assert (rotation.reason, rotation.previous) == ("rotate", "")
    await scene.visit("GET /me", f"refresh={SECOND}")
    assert {loaded.session for loaded in scene.take(SessionLoaded)} == {name}
    assert scene.take(SessionRefused) == [], "an access token that has expired is renewed"
    assert scene.take(CookieReused) == []


async def test_only_the_token_is_renewed(scene: TrafficScene) -> None:
    name = await log_in(scene)
    await scene.visit("POST /refresh", f"refresh={FIRST}", access(token()))
    assert {written.session for written in scene.take(SessionWritten)} == {name}


async def test_an_expired_token_beside_its_refresh_cookie_is_no_refusal(
    scene: TrafficScene,
) -> None:
    value = token(ends=NOW - 5)
    await scene.visit("POST /login", "", access(value), refresh(FIRST))
    await scene.visit("GET /me", f"access={value}; refresh={FIRST}")
    assert scene.take(SessionRefused) == []


async def test_three_refreshes_at_once_kill_the_family(scene: TrafficScene) -> None:
    name = await log_in(scene)
    cookies = f"refresh={FIRST}"
    arrivals = [await scene.ask("POST /refresh", cookies) for _ in range(3)]
    scene.clock.advance(0.05)
    await scene.answer(arrivals[0], access(token()), refresh(SECOND))
    await scene.answer(arrivals[1], *GONE, status=401)
    await scene.answer(arrivals[2], status=401)
    (reused,) = scene.take(CookieReused)
    assert (reused.session, reused.name, reused.outcome) == (name, "refresh", "ended")
    assert (reused.digest, reused.replaced_by) == (digest_of("refresh", FIRST), "x2")
    assert reused.is_parallel
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (name, "reuse")


async def test_the_kill_may_be_seen_before_the_rotation_that_it_followed(
    scene: TrafficScene,
) -> None:
    name = await log_in(scene)
    arrivals = [await scene.ask("POST /refresh", f"refresh={FIRST}") for _ in range(2)]
    await scene.answer(arrivals[1], *GONE, status=401)
    await scene.answer(arrivals[0], access(token()), refresh(SECOND))
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["reuse"]
    assert [refused.code for refused in scene.take(SessionRefused)] == ["401"], "no logout"
    (reused,) = scene.take(CookieReused)
    assert (reused.session, reused.cause, reused.outcome) == (name, "x3", "ended")


@pytest.mark.parametrize(
    ("lines", "status", "outcome"),
    [(GONE, 401, "ended"), ((), 401, "refused"), ((), 200, "accepted")],
)
async def test_a_replaced_value_that_comes_later_is_reuse(
    scene: TrafficScene, lines: tuple[str, ...], status: int, outcome: str
) -> None:
    await log_in(scene)
    await rotate(scene)
    scene.clock.advance(GRACE)
    await scene.visit("POST /refresh", f"refresh={FIRST}", *lines, status=status)
    (reused,) = scene.take(CookieReused)
    assert (reused.outcome, reused.is_parallel, reused.status) == (outcome, False, status)


async def test_a_replaced_value_on_another_page_is_reuse_of_unknown_outcome(
    scene: TrafficScene,
) -> None:
    await log_in(scene)
    await rotate(scene)
    scene.clock.advance(GRACE)
    for _ in range(2):
        await scene.visit("GET /logo.png", f"refresh={FIRST}")
    assert [one.outcome for one in scene.take(CookieReused)] == ["unknown"]


async def test_requests_that_were_under_way_are_no_reuse(scene: TrafficScene) -> None:
    await log_in(scene)
    pages = [await scene.ask(f"GET /api/{number}", f"refresh={FIRST}") for number in range(5)]
    await rotate(scene)
    for status, page in zip((200, 401, 403, 500, 302), pages, strict=True):
        await scene.answer(page, status=status)
    # the browser had not read the response yet
    await scene.visit("GET /api/6", f"refresh={FIRST}", status=401)
    assert scene.take(CookieReused) == []


async def test_a_grace_of_the_app_is_no_reuse(scene: TrafficScene) -> None:
    name = await log_in(scene)
    arrivals = [await scene.ask("POST /refresh", f"refresh={FIRST}") for _ in range(2)]
    await scene.answer(arrivals[0], refresh(SECOND))
    await scene.answer(arrivals[1], refresh(THIRD))
    assert scene.take(CookieReused) == []
    await scene.visit("GET /me", f"refresh={THIRD}")
    assert scene.take(SessionLoaded)[-1].session == name


async def test_deleting_all_cookies_is_a_logout(scene: TrafficScene) -> None:
    name = await log_in(scene)
    await scene.visit("POST /logout", f"refresh={FIRST}", *GONE)
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (name, "logout")


async def test_deleting_the_token_alone_is_no_logout(scene: TrafficScene) -> None:
    await log_in(scene)
    await scene.visit("GET /", f"refresh={FIRST}", GONE[0])
    assert scene.take(SessionDestroyed) == []
    await scene.visit("POST /logout", f"refresh={FIRST}", GONE[1])
    assert len(scene.take(SessionDestroyed)) == 1


async def test_a_login_after_a_logout_is_another_session(scene: TrafficScene) -> None:
    first = await log_in(scene)
    await scene.visit("POST /logout", f"refresh={FIRST}", *GONE)
    holders = await scene.visit("POST /login", "", access(token()), refresh(SECOND))
    assert holders["refresh"] != first
    assert [written.reason for written in scene.take(SessionWritten)] == ["login", "login"]


async def test_another_user_s_login_replaces_the_session(scene: TrafficScene) -> None:
    first = await log_in(scene)
    value = token("bob")
    made = (access(value), refresh(SECOND))
    holders = await scene.visit("POST /login", f"refresh={FIRST}", *made)
    assert holders["access"] != first
    assert scene.take(SessionWritten)[-1].reason == "login"


async def test_a_session_that_was_there_before_is_learned_at_its_first_rotation(
    scene: TrafficScene,
) -> None:
    await scene.visit("GET /me", f"access={token()}; refresh={FIRST}")
    (seen,) = scene.take(SessionSeen)
    await rotate(scene)
    (written,) = scene.take(SessionWritten)
    assert written.session == seen.session


async def test_tokens_that_are_set_together_are_one_session(scene: TrafficScene) -> None:
    lines = [f"{name}={token()}; Path=/; HttpOnly" for name in ("id", "access")]
    holders = await scene.visit("POST /login", "", *lines, refresh(FIRST))
    assert len(set(holders.values())) == 1
    assert len(scene.take(SessionWritten)) == 1


def sid(value: str) -> str:
    return f"sid={value}; Path=/; HttpOnly"


@pytest.mark.parametrize(
    "request_line", ["POST /login", "POST /api/sign-in", "GET /auth/callback", "POST /sessions"]
)
async def test_a_login_that_replaces_the_only_cookie_begins_another_session(
    scene: TrafficScene, request_line: str
) -> None:
    old = (await scene.visit("POST /login", "", sid(FIRST)))["sid"]
    await scene.visit("GET /me", f"sid={FIRST}", status=401)
    new = (await scene.visit(request_line, f"sid={FIRST}", sid(SECOND)))["sid"]
    first, second = scene.take(SessionWritten)
    assert (first.session, second.session, new) == (old, new, new)
    assert (second.reason, second.previous) == ("login", old)
    assert new != old
    await scene.visit("GET /me", f"sid={SECOND}")
    assert scene.take(SessionLoaded)[-1].session == new
    assert scene.take(CookieReused) == []


@pytest.mark.parametrize(
    ("request_line", "status"),
    [("POST /session/refresh", 200), ("GET /me", 200), ("GET /login", 200)],
)
async def test_another_value_of_the_only_cookie_is_a_rotation_where_nobody_logs_in(
    scene: TrafficScene, request_line: str, status: int
) -> None:
    name = (await scene.visit("POST /login", "", sid(FIRST)))["sid"]
    await scene.visit(request_line, f"sid={FIRST}", sid(SECOND), status=status)
    assert [(one.session, one.reason) for one in scene.take(SessionWritten)] == [
        (name, "login"),
        (name, "rotate"),
    ]


async def test_a_newest_value_that_is_refused_where_it_was_renewed_ends_it(
    scene: TrafficScene,
) -> None:
    name = await log_in(scene)
    await rotate(scene)
    await scene.visit("GET /me", f"refresh={SECOND}", status=401)
    assert scene.take(SessionRefused) == []
    await scene.visit("POST /refresh", f"refresh={SECOND}", status=401)
    assert [(one.session, one.code) for one in scene.take(SessionRefused)] == [(name, "401")]


async def test_an_old_value_that_is_refused_says_nothing_of_its_session(
    scene: TrafficScene,
) -> None:
    await scene.visit("POST /login", "", sid(FIRST))
    await scene.visit("GET /rotate", f"sid={FIRST}", sid(SECOND))
    await scene.visit("GET /me", f"sid={FIRST}", status=401)
    assert scene.take(SessionRefused) == [], "its cookie has another value now"
    await scene.visit("GET /me", f"sid={SECOND}", status=401)
    assert len(scene.take(SessionRefused)) == 1

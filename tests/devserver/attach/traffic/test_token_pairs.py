"""Pairs of tokens of which both can be read: the one that renews the other carries the session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest

from session_inspector.devserver.attach.traffic.learned import digest_of
from session_inspector.devserver.attach.traffic.outcomes.known_requests import GRACE
from session_inspector.devserver.core.events.base import TOKENS_BESIDE, SessionFacts, Timer
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.codecs.mac import mac
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

KEYS = {"at": "access-key-of-at-least-32-bytes!", "rt": "refresh-key-of-at-least-32-byte"}
NUMBERS = count(1)
REFRESH = "POST /auth/refresh"
GONE = ("at=; Path=/; Max-Age=0", "rt=; Path=/auth; Max-Age=0")


def token(name: str, ends: float, sub: str = "ada") -> str:
    """Return a token of HS256 under the key of its cookie, each with another id."""
    header: JsonObject = {"alg": "HS256", "typ": "JWT"}
    claims: JsonObject = {"sub": sub, "exp": int(ends), "jti": next(NUMBERS)}
    text = f"{to_base64url(compact_json(header))}.{to_base64url(compact_json(claims))}"
    return f"{text}.{to_base64url(mac(KEYS[name].encode(), text))}"


def pair(now: float, path: str = "/auth", sub: str = "ada") -> tuple[str, str]:
    """Return the lines of an access token of 20 s, and of what renews it, of 120 s."""
    return (
        f"at={token('at', now + 20, sub)}; Path=/; HttpOnly; Max-Age=20",
        f"rt={token('rt', now + 120, sub)}; Path={path}; HttpOnly; Max-Age=120",
    )


def sent(*lines: str) -> str:
    return "; ".join(line.partition(";")[0] for line in lines)


@pytest.fixture(params=["no secret", "both secrets"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[TrafficScene]:
    secrets = tuple(KEYS.values()) if request.param == "both secrets" else ()
    found = TrafficScene(*secrets)
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene, path: str = "/auth") -> tuple[str, ...]:
    """Log in; returns what was set."""
    made = pair(scene.clock.now(), path)
    holders = await scene.visit("POST /auth/login", "", *made)
    assert holders["at"] == holders["rt"]
    return made


async def rotate(scene: TrafficScene, *old: str, path: str = "/auth") -> tuple[str, ...]:
    made = pair(scene.clock.now(), path)
    await scene.visit(REFRESH, sent(*old), *made)
    return made


def facts_of(scene: TrafficScene) -> SessionFacts:
    return scene.take(SessionWritten)[-1].facts


@pytest.mark.parametrize("path", ["/auth", "/"], ids=["narrower path", "longer life"])
async def test_each_refresh_is_a_rotation_with_the_same_clocks(
    scene: TrafficScene, path: str
) -> None:
    made = await log_in(scene, path)
    for _ in range(3):
        now = scene.clock.now()
        assert facts_of(scene).timers == (
            Timer(name="sealed", ends=now + 120, ends_session=True),
            Timer(name="cookie", ends=now + 120, ends_session=True),
            Timer(name="access_token", ends=now + 20),
        )
        assert facts_of(scene).data[TOKENS_BESIDE] == {"rt": "POST /auth/login"}
        scene.clock.advance(5)
        made = await rotate(scene, *made, path=path)
    reasons = [written.reason for written in scene.take(SessionWritten)]
    assert reasons == ["login", "rotate", "rotate", "rotate"]
    assert len({written.session for written in scene.take(SessionWritten)}) == 1
    assert (scene.take(CookieReused), scene.take(SessionRefused)) == ([], [])


async def test_a_replaced_token_that_ends_the_session_is_reuse(scene: TrafficScene) -> None:
    first = await log_in(scene)
    second = await rotate(scene, *first)
    scene.clock.advance(GRACE)
    await scene.visit(REFRESH, sent(second[0], first[1]), *GONE, status=401)
    (reused,) = scene.take(CookieReused)
    old = first[1].partition(";")[0].partition("=")[2]
    assert (reused.name, reused.outcome, reused.digest) == ("rt", "ended", digest_of("rt", old))
    (ended,) = scene.take(SessionDestroyed)
    assert ended.reason == "reuse"
    await scene.visit(REFRESH, sent(*second), status=401)
    (again,) = scene.take(SessionShownAgain)
    assert (again.session, again.outcome, again.ended) == (ended.session, "refused", "reuse")


@pytest.mark.parametrize("is_alone", [False, True], ids=["both", "the access token is over"])
async def test_two_refreshes_at_once_end_it_by_reuse(scene: TrafficScene, is_alone: bool) -> None:
    made = await log_in(scene)
    jar = sent(made[1]) if is_alone else sent(*made)
    arrivals = [await scene.ask(REFRESH, jar) for _ in range(2)]
    scene.clock.advance(0.05)
    await scene.answer(arrivals[0], *pair(scene.clock.now()))
    await scene.answer(arrivals[1], *GONE, status=401)
    (reused,) = scene.take(CookieReused)
    assert (reused.name, reused.is_parallel, reused.outcome) == ("rt", True, "ended")
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["reuse"]
    assert len({loaded.session for loaded in scene.take(SessionLoaded)}) == 1


@pytest.mark.parametrize("is_alone", [False, True], ids=["both", "the access token is over"])
async def test_a_renewal_that_is_refused_is_a_refusal_of_the_session(
    scene: TrafficScene, is_alone: bool
) -> None:
    first = await log_in(scene)
    made = await rotate(scene, *first)
    await scene.visit("GET /api/me", sent(made[0]), status=401)
    assert scene.take(SessionRefused) == [], "the access token may be renewed"
    jar = sent(made[1]) if is_alone else sent(*made)
    for _ in range(2):
        await scene.visit(REFRESH, jar, status=401)
    refused, _ = scene.take(SessionRefused)
    assert (refused.session, refused.code) == (scene.take(SessionWritten)[0].session, "401")
    await rotate(scene, *made)
    assert scene.take(SessionLoaded)[-1].origin == "seen", "it is accepted again"


async def test_it_is_the_same_session_when_only_what_renews_it_is_sent(
    scene: TrafficScene,
) -> None:
    made = await log_in(scene)
    scene.clock.advance(30)
    await scene.visit("GET /auth/state", sent(made[1]))
    loaded = scene.take(SessionLoaded)[-1]
    written = scene.take(SessionWritten)[0]
    assert (loaded.session, loaded.sub) == (written.session, "ada")
    await rotate(scene, made[1])
    assert [one.reason for one in scene.take(SessionWritten)] == ["login", "rotate"]
    assert (scene.take(SessionSeen), scene.take(SessionRefused)) == ([], [])


async def test_an_access_token_that_is_over_is_no_refusal(scene: TrafficScene) -> None:
    made = await log_in(scene)
    scene.clock.advance(30)
    await scene.visit("GET /api/me", sent(made[0]), status=401)
    assert scene.take(SessionRefused) == []


async def test_a_logout_deletes_both(scene: TrafficScene) -> None:
    made = await log_in(scene)
    await scene.visit("POST /auth/logout", sent(*made), *GONE)
    assert [ended.reason for ended in scene.take(SessionDestroyed)] == ["logout"]
    assert scene.take(CookieReused) == []


async def test_another_login_is_another_session(scene: TrafficScene) -> None:
    made = await log_in(scene)
    await scene.visit("POST /auth/login", sent(*made), *pair(scene.clock.now(), sub="bea"))
    first, second = scene.take(SessionWritten)
    assert (second.facts.sub, second.reason) == ("bea", "login")
    assert first.session != second.session


async def test_another_user_s_login_over_a_lone_token_is_another_session(
    scene: TrafficScene,
) -> None:
    """The near miss, a second login of the same user, is what it was."""
    ada = f"at={token('at', NOW + 60)}"
    await scene.visit("POST /login", "", f"{ada}; Path=/; HttpOnly")
    await scene.visit("GET /me", ada)
    again = f"at={token('at', NOW + 60)}"
    await scene.visit("POST /login", ada, f"{again}; Path=/; HttpOnly")
    await scene.visit("POST /login", again, f"at={token('at', NOW + 60, 'bob')}; Path=/; HttpOnly")
    first, second, other = scene.take(SessionWritten)
    assert second.session == first.session
    assert (other.reason, other.previous) == ("login", first.session)
    assert other.session != first.session


@pytest.mark.parametrize("path", ["/", "/auth"])
async def test_of_two_tokens_that_live_as_long_only_a_narrower_path_tells(
    scene: TrafficScene, path: str
) -> None:
    ends = NOW + 60
    lines = (
        f"at={token('at', ends)}; Path=/; HttpOnly; Max-Age=60",
        f"rt={token('rt', ends)}; Path={path}; HttpOnly; Max-Age=60",
    )
    await scene.visit("POST /auth/login", "", *lines)
    assert (TOKENS_BESIDE in facts_of(scene).data) == (path == "/auth")


async def test_a_token_with_a_narrower_path_and_a_shorter_life_renews_nothing(
    scene: TrafficScene,
) -> None:
    lines = (
        f"at={token('at', NOW + 600)}; Path=/; HttpOnly; Max-Age=600",
        f"rt={token('rt', NOW + 30)}; Path=/checkout; HttpOnly; Max-Age=30",
    )
    await scene.visit("POST /auth/login", "", *lines)
    assert TOKENS_BESIDE not in facts_of(scene).data

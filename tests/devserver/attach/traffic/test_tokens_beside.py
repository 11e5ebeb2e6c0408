"""Several tokens of one session: each of them counts for what a write has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.decoders.codecs.base64_text import to_base64, to_base64url
from session_inspector.devserver.decoders.codecs.mac import mac
from session_inspector.devserver.decoders.codecs.timestamp import to_timestamp
from session_inspector.devserver.decoders.formats.python.starlette import sign
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

HEAD = to_base64url(b'{"alg":"HS256","typ":"JWT"}')
ALICE = b'{"sub":"alice","exp":1760003600}'


def token(claims: bytes) -> str:
    text = f"{HEAD}.{to_base64url(claims)}"
    return f"{text}.{to_base64url(mac(b'k' * 32, text))}"


def line(name: str, claims: bytes) -> str:
    return f"{name}={token(claims)}; Path=/; HttpOnly"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


@pytest.mark.parametrize("names", [("access", "id"), ("id", "access"), ("a.token", "z.token")])
async def test_new_claims_in_either_token_are_a_change(
    scene: TrafficScene, names: tuple[str, str]
) -> None:
    one, other = names
    await scene.visit("POST /login", "", line(one, ALICE), line(other, ALICE))
    jar = f"{one}={token(ALICE)}; {other}={token(ALICE)}"
    later = b'{"sub":"alice","exp":1760007200}'
    await scene.visit("GET /me", jar, line(one, later), line(other, later))
    richer = b'{"sub":"alice","role":"admin","exp":1760003600}'
    for name in names:
        await scene.visit("GET /me", jar, line(name, richer))
        await scene.visit("GET /me", jar, line(one, ALICE), line(other, ALICE))
    written = scene.take(SessionWritten)
    assert len({event.session for event in written}) == 1
    reasons = [event.reason for event in written]
    assert reasons == ["login", "roll", "update", "update", "update", "update"]


async def test_two_tokens_of_one_user_whose_login_was_not_seen_are_one_session(
    scene: TrafficScene,
) -> None:
    access = token(b'{"sub":"alice","exp":1760000300}')
    refresh = token(b'{"sub":"alice","exp":1760600000,"type":"refresh"}')
    await scene.visit("GET /me", f"access={access}; refresh={refresh}")
    (seen,) = scene.take(SessionSeen)
    ends = {timer.name: timer.ends for timer in seen.facts.timers}
    assert ends["sealed"] == 1760600000, "the pair lives as long as the one that lives longer"
    newer = token(b'{"sub":"alice","exp":1760000600}')
    await scene.visit("POST /refresh", f"access={access}; refresh={refresh}", f"access={newer}")
    assert {event.session for event in scene.take(SessionWritten)} == {seen.session}


async def test_one_that_came_alone_before_keeps_its_name(scene: TrafficScene) -> None:
    access = token(b'{"sub":"alice","exp":1760000300}')
    refresh = token(b'{"sub":"alice","exp":1760600000}')
    await scene.visit("GET /me", f"access={access}")
    await scene.visit("POST /auth/refresh", f"refresh={refresh}; access={access}")
    assert len({event.session for event in scene.take(SessionLoaded)}) == 1


@pytest.mark.parametrize(
    "others",
    [
        [b'{"sub":"bob","exp":1760600000}'],
        [b'{"sub":"alice","iss":"other","exp":1760600000}'],
        [b'{"sub":"alice","exp":1760600000}', b'{"sub":"alice","exp":1760600001}'],
    ],
    ids=["another user", "another issuer", "three"],
)
async def test_tokens_that_need_not_belong_together_stay_apart(
    scene: TrafficScene, others: list[bytes]
) -> None:
    tokens = [token(b'{"sub":"alice","exp":1760000300}'), *map(token, others)]
    jar = "; ".join(f"t{number}={value}" for number, value in enumerate(tokens))
    await scene.visit("GET /me", jar)
    assert len(scene.take(SessionSeen)) == len(tokens)


async def test_a_session_is_told_by_the_token_that_can_be_read(scene: TrafficScene) -> None:
    await scene.visit("GET /", f"a={token(b'{not json')}", line("b", ALICE))
    assert [event.facts.sub for event in scene.take(SessionWritten)] == ["alice"]
    jar = f"a={token(b'{not json')}; b={token(ALICE)}"
    bob = b'{"sub":"alice","cart":1}'
    await scene.visit("GET /", jar, line("b", bob))
    assert [event.reason for event in scene.take(SessionWritten)] == ["login", "update"]


async def test_a_line_of_another_token_moves_no_clock_of_the_first(scene: TrafficScene) -> None:
    """A response sets one cookie of a session; the browser keeps the others as long as before."""

    def ends_of_cookie() -> set[float | None]:
        written = scene.take(SessionWritten)
        timers = [timer for event in written for timer in event.facts.timers]
        return {timer.ends for timer in timers if timer.name == "cookie"}

    await scene.visit(
        "POST /login",
        "",
        f"{line('access', ALICE)}; Max-Age=600",
        f"{line('id', ALICE)}; Max-Age=60",
    )
    (first,) = ends_of_cookie()
    jar = f"access={token(ALICE)}; id={token(ALICE)}"
    later = b'{"sub":"alice","exp":1760007200}'
    await scene.visit("GET /me", jar, f"{line('id', later)}; Max-Age=5")
    assert ends_of_cookie() == {first}
    await scene.visit("GET /me", jar, f"{line('access', later)}; Max-Age=700")
    (moved,) = ends_of_cookie() - {first}
    assert first is not None
    assert moved == first + 100


async def test_a_cookie_of_the_browser_session_gets_no_life_of_another(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", line("access", ALICE), f"{line('id', ALICE)}; Max-Age=60")
    jar = f"access={token(ALICE)}; id={token(ALICE)}"
    later = b'{"sub":"alice","exp":1760007200}'
    await scene.visit("GET /me", jar, f"{line('id', later)}; Max-Age=5")
    for event in scene.take(SessionWritten):
        (browser,) = [timer for timer in event.facts.timers if timer.name == "cookie"]
        assert browser.ends is None
        assert not browser.ends_session


SECRET = "starlette-secret"
SESSION = to_base64(b'{"user": "alice", "n": 0}')


def starlette() -> str:
    """Return the cookie of SessionMiddleware."""
    text = f"{SESSION}.{to_timestamp(NOW)}"
    return f"session={text}.{sign(text, SECRET)}; Path=/; HttpOnly"


def clocks(event: SessionWritten) -> dict[str, tuple[float | None, str, bool]]:
    return {one.name: (one.ends, one.where, one.ends_session) for one in event.facts.timers}


@pytest.mark.parametrize("secrets", [(), (SECRET,)], ids=["not told", "told"])
@pytest.mark.parametrize("is_token_first", [True, False])
async def test_the_end_of_a_token_beside_a_session_cookie_is_a_clock_beside_the_others(
    secrets: tuple[str, ...], is_token_first: bool
) -> None:
    scene = TrafficScene(*secrets)
    lines = [line("access", ALICE), starlette()]
    if not is_token_first:
        lines.reverse()
    await scene.visit("POST /login", "", *lines)
    scene.opener.close()
    events = scene.take(SessionWritten)
    assert len({event.session for event in events}) == 1
    assert clocks(events[-1])["access_token"] == (1760003600, "access", False)
    assert clocks(events[-1])["cookie"] == (None, "", False)


async def test_a_token_that_is_the_session_is_no_second_clock(scene: TrafficScene) -> None:
    """The near miss, and a token that has no end."""
    await scene.visit("POST /login", "", line("access", ALICE))
    (alone,) = scene.take(SessionWritten)
    assert set(clocks(alone)) == {"sealed", "cookie"}
    await scene.visit("POST /login", "", line("t", b'{"sub":"bob"}'), starlette())
    assert "access_token" not in clocks(scene.take(SessionWritten)[-1])

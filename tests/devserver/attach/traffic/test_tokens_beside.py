"""Several tokens of one session: each of them counts for what a write has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.mac import mac
from tests.devserver.attach.traffic.scene import TrafficScene

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


async def test_a_session_is_told_by_the_token_that_can_be_read(scene: TrafficScene) -> None:
    await scene.visit("GET /", f"a={token(b'{not json')}", line("b", ALICE))
    assert [event.facts.sub for event in scene.take(SessionWritten)] == ["alice"]
    jar = f"a={token(b'{not json')}; b={token(ALICE)}"
    bob = b'{"sub":"alice","cart":1}'
    await scene.visit("GET /", jar, line("b", bob))
    assert [event.reason for event in scene.take(SessionWritten)] == ["login", "update"]

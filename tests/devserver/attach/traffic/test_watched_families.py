"""What `decode` recognises without its secret, the watching names as well: of each golden case."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.opener import OpenedJar, Opener
from session_inspector.devserver.attach.visitors.unverified import UNMATCHED_LACK
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionNotOpened,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.finding import Attempt
from session_inspector.devserver.decoders.formats.js.cookie_session import sign
from session_inspector.devserver.decoders.registry import examine_cookies, load_decoders
from session_inspector.devserver.session.policy import part
from session_inspector.inspector.model.views.detail import content_fields
from session_inspector.inspector.model.views.search import session_rows
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.inspector.model.events import state_of
from tests.inspector.sample import NOW
from tests.vectors.golden import GOLDEN

FOREIGN = "a secret of another app, as long as any format wants it"
DECODERS = load_decoders()
CY = "eyJ1c2VyIjp7Im5hbWUiOiJjeSJ9LCJuIjowfQ=="
"""A user by name, in JSON."""


def signed(value: str, key: str = "key", name: str = "sess") -> str:
    """Return the cookies of cookie-session."""
    return f"{name}={value}; {name}.sig={sign(name, value, key)}"


async def watch(jar: dict[str, str], secrets: tuple[str, ...], now: float) -> OpenedJar:
    opener = Opener(DECODERS, secrets, ManualClock(now))
    found = await opener.open(jar)
    opener.close()
    return found


def recognise(jar: dict[str, str], secrets: tuple[str, ...], now: float) -> Attempt | None:
    """Return what `decode` says of cookies first, if its structure says so."""
    found = examine_cookies(DECODERS, Material(cookies=jar, secrets=secrets, now=now))
    certain = (one for one in found.attempts if one.is_evidence and not one.is_no_session)
    return next(certain, None)


def jar_of(raw: JsonObject) -> dict[str, str]:
    return {name: str(value) for name, value in part(raw, "cookies").items()}


@pytest.mark.parametrize("secrets", [(), (FOREIGN,)], ids=["no secret", "a foreign one"])
@pytest.mark.parametrize("name", sorted({str(raw["format"]) for raw in GOLDEN}))
async def test_what_decode_recognises_is_watched_as_that(
    name: str, secrets: tuple[str, ...]
) -> None:
    """Chunks are joined, and a signature in a cookie of its own stands beside what it signs."""
    for raw in (raw for raw in GOLDEN if raw["format"] == name):
        jar = jar_of(raw)
        now = to_number(raw.get("minted_at")) or 0.0
        said = recognise(jar, secrets, now)
        if said is None:
            continue
        found = await watch(jar, secrets, now)
        seen = {one.family: one.problem for one in (*found.sessions, *found.others)}
        assert said.family in seen, jar
        if said.error is not None:
            assert seen == {said.family: said.error.code}, jar


@pytest.mark.parametrize(
    ("secrets", "code"), [((), "no_secret"), (("another",), "wrong_secret"), (("key",), "")]
)
async def test_a_session_whose_signature_lies_beside_it_is_told_as_any_other(
    secrets: tuple[str, ...], code: str
) -> None:
    scene = TrafficScene(*secrets)
    await scene.visit("GET /", signed(CY))
    assert [told.code for told in scene.take(SessionNotOpened)] == [code] * bool(code)
    assert len(scene.take(SessionLoaded)) == (not code)
    (seen,) = scene.take(SessionSeen)
    name = "cookie-session (signature does not match)" if code == "wrong_secret" else "cy"
    assert (seen.facts.kind, seen.facts.name) == ("stateless", name)
    assert bool(seen.facts.unverified) is bool(code)


async def test_of_a_readable_cookie_list_and_contents_say_that_the_signature_does_not_match() -> (
    None
):
    scene = TrafficScene("another")
    await scene.visit("GET /", signed(CY))
    state = state_of(*scene.events)
    (row,) = session_rows(state, NOW)
    assert (row.who, row.unverified) == (
        "cookie-session (signature does not match)",
        UNMATCHED_LACK,
    )
    lack, fix, *shown = content_fields(state, row.session, NOW)
    assert (lack.label, lack.value) == ("not verified", UNMATCHED_LACK)
    assert (fix.label, bool(shown)) == ("fix", True)
    assert {line.title for line in timeline_rows(state) if line.mark == "○"} == {
        "session cookie not verified: no secret that was given fits"
    }


async def test_without_its_secret_it_keeps_its_name_over_a_write() -> None:
    scene = TrafficScene()
    lines = [f"{cookie}; Path=/; HttpOnly" for cookie in signed(CY).split("; ")]
    await scene.visit("POST /login", "", *lines)
    await scene.visit("GET /me", signed(CY), *lines)
    first, again = scene.take(SessionWritten)
    assert (first.facts.name, again.session, again.reason) == ("cy", first.session, "roll")


async def test_a_value_that_is_no_session_stays_none_with_its_signature() -> None:
    """The near miss: `cookies` signs any value."""
    scene = TrafficScene("key")
    await scene.visit("GET /", signed("dark", "another", name="theme"))
    assert scene.events == []

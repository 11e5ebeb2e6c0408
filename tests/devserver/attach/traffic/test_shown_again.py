"""What an app's answer shows of the session that a request brought."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from itsdangerous import TimestampSigner

from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
)
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

SIGNED = TimestampSigner("secret").sign(b"eyJ1c2VyIjoiYW5uIn0=").decode()
RANDOM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"
DELETED = "session=; Path=/; Max-Age=0"
KINDS = {"signed": SIGNED, "unknown": RANDOM}
every_kind = pytest.mark.parametrize("value", KINDS.values(), ids=KINDS)


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", named=("session",))
    yield found
    found.opener.close()


async def log_in(scene: TrafficScene, value: str) -> str:
    """Log in; returns the Cookie header from then on."""
    line = f"session={value}; HttpOnly; Path=/; Max-Age=3600"
    await scene.visit("POST /login", "", line)
    return f"session={value}"


@every_kind
async def test_a_cookie_that_is_accepted_after_its_logout_is_told(
    scene: TrafficScene, value: str
) -> None:
    await scene.visit("GET /me", status=401)
    jar = await log_in(scene, value)
    await scene.visit("GET /out", jar, DELETED)
    scene.clock.advance(3)
    await scene.visit("GET /me", jar)
    await scene.visit("GET /me", jar)
    again, last = scene.take(SessionShownAgain)
    assert (again.outcome, again.status, again.request) == ("accepted", 200, "GET /me")
    assert last.outcome == "accepted", "each request is counted"
    assert (again.ended, again.ended_by, again.ended_at) == ("logout", "x3", NOW)


@every_kind
async def test_an_answer_proves_nothing_until_the_request_is_turned_away_without_a_session(
    scene: TrafficScene, value: str
) -> None:
    jar = await log_in(scene, value)
    await scene.visit("GET /out", jar, DELETED)
    await scene.visit("GET /me", jar)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["answered"]
    await scene.visit("GET /me", status=302, location="/login")
    answered, accepted = scene.take(SessionShownAgain)
    assert (accepted.outcome, accepted.cause) == ("accepted", answered.cause)
    assert (answered.proven_by, accepted.proven_by) == ("", "x4")
    await scene.visit("GET /me", status=302, location="/login")
    assert len(scene.take(SessionShownAgain)) == 2


@every_kind
async def test_what_refuses_one_copy_needs_a_session(scene: TrafficScene, value: str) -> None:
    jar = await log_in(scene, value)
    await scene.visit("GET /out", jar, DELETED)
    await scene.visit("GET /me", jar, status=401)
    await scene.visit("GET /me", jar)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["refused", "accepted"]


@every_kind
async def test_a_session_that_is_over_is_not_said_to_be_live(
    scene: TrafficScene, value: str
) -> None:
    jar = await log_in(scene, value)
    await scene.visit("GET /out", jar, DELETED)
    count = len(scene.take(SessionLoaded))
    await scene.visit("GET /me", jar, status=401)
    await scene.visit("GET /me", jar, status=401)
    assert len(scene.take(SessionLoaded)) == count
    assert len(scene.take(SessionShownAgain)) == 2


@every_kind
@pytest.mark.parametrize(
    ("status", "lines", "outcome"),
    [
        (401, (), "refused"),
        (302, (), "unknown"),
        (500, (), "unknown"),
        (200, (DELETED,), "refused"),
    ],
)
async def test_what_the_answer_shows_is_said_and_no_more(
    scene: TrafficScene, value: str, status: int, lines: tuple[str, ...], outcome: str
) -> None:
    jar = await log_in(scene, value)
    await scene.visit("GET /out", jar, DELETED)
    await scene.visit("GET /me", jar, *lines, status=status)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == [outcome]


@every_kind
async def test_a_page_that_answers_without_a_session_too_proves_nothing(
    scene: TrafficScene, value: str
) -> None:
    await scene.visit("GET /")
    jar = await log_in(scene, value)
    await scene.visit("GET /out", jar, DELETED)
    await scene.visit("GET /", jar)
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["public"]


@every_kind
async def test_a_request_that_was_under_way_at_the_logout_shows_no_copy(
    scene: TrafficScene, value: str
) -> None:
    jar = await log_in(scene, value)
    beside = await scene.ask("GET /me", jar)
    await scene.visit("GET /out", jar, DELETED)
    await scene.answer(beside)
    assert scene.take(SessionShownAgain) == []


def express(session_id: str) -> str:
    """Return the cookie of express-session for an id."""
    made = hmac.new(b"secret", session_id.encode(), "sha256").digest()
    signature = b64encode(made).decode().rstrip("=")
    return f"connect.sid={quote(f's:{session_id}.{signature}', safe='')}"


async def test_a_replaced_session_that_is_accepted_is_told(scene: TrafficScene) -> None:
    old = express("a" * 32)
    await scene.visit("GET /me", status=401)
    await scene.visit("POST /login", "", f"{old}; Path=/")
    await scene.visit("POST /login", old, f"{express('c' * 32)}; Path=/")
    await scene.visit("GET /me", old)
    (again,) = scene.take(SessionShownAgain)
    assert (again.outcome, again.ended, again.ended_by) == ("accepted", "replaced", "x3")


@every_kind
async def test_a_401_is_a_refusal_until_an_answer_shows_the_opposite(
    scene: TrafficScene, value: str
) -> None:
    jar = await log_in(scene, value)
    await scene.visit("GET /me", jar, status=401)
    await scene.visit("GET /me", jar, status=401)
    refused, again = scene.take(SessionRefused)
    assert (refused.code, refused.reason) == ("401", "the app refused it (401): GET /me")
    assert again.cause != refused.cause, "each is counted"
    await scene.visit("GET /me", jar)
    assert [one.origin for one in scene.take(SessionLoaded)][-1] == "seen"


async def test_a_wrong_password_refuses_no_session(scene: TrafficScene) -> None:
    jar = await log_in(scene, RANDOM)
    await scene.visit("POST /login", jar, status=401)
    assert scene.take(SessionRefused) == []


async def test_which_of_two_sessions_was_refused_is_not_known(scene: TrafficScene) -> None:
    jar = await log_in(scene, SIGNED)
    await scene.visit("GET /me", f"{jar}; {express('c' * 32)}", status=401)
    assert "401" not in {one.code for one in scene.take(SessionRefused)}


@every_kind
async def test_a_redirect_that_nobody_s_request_gets_is_a_refusal_of_what_was_accepted(
    scene: TrafficScene, value: str
) -> None:
    """Most logouts of server-rendered apps: the row is deleted, the cookie stays."""
    await scene.visit("GET /me", "", status=302, location="/login?next=/me")
    jar = await log_in(scene, value)
    await scene.visit("GET /new", jar, status=302, location="/login")
    await scene.visit("GET /me", jar)
    await scene.visit("GET /me", jar, status=302, location="/welcome")
    assert scene.take(SessionRefused) == [], "sent elsewhere, or never accepted there"
    await scene.visit("GET /me", jar, status=302, location="/login?next=%2Fme")
    await scene.visit("GET /me", jar, status=302, location="/login")
    refused, _ = scene.take(SessionRefused)
    assert (refused.code, refused.origin) == ("302", "seen")
    assert refused.reason == "the app sent it away as one without a session (302): GET /me"
    await scene.visit("GET /me", jar)
    assert [one.origin for one in scene.take(SessionLoaded)][-1] == "seen"

"""A cookie that is opened and holds nobody is no session: writing it is a logout."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.endings import WITHOUT_USER
from session_inspector.devserver.attach.traffic.outcomes.nobody import says_nobody
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionNotOpened,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.codecs.base64_text import to_base64
from session_inspector.devserver.decoders.formats.python.tornado import sign
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

SECRET = "tornado-secret"
SID = "sid=0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def signed(value: str, secret: str = SECRET) -> str:
    """Return a cookie as Tornado's set_signed_cookie writes it."""
    fields = ("0", str(int(NOW)), "user", to_base64(value.encode()))
    text = "2|" + "".join(f"{len(field)}:{field}|" for field in fields)
    return f'user="{text}{sign(text, secret)}"'


def line(value: str) -> str:
    return f"{signed(value)}; HttpOnly; Path=/"


@pytest.fixture(params=["told", "not told"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[TrafficScene]:
    found = TrafficScene(*[SECRET] * (request.param == "told"))
    await found.visit("POST /login", "", line("bob"), f"{SID}; HttpOnly; Path=/")
    yield found
    found.opener.close()


@pytest.mark.parametrize("value", ["", "none", '{"user": null, "roles": []}'])
async def test_a_signed_value_without_anybody_is_a_logout_and_the_next_one_a_new_session(
    scene: TrafficScene, value: str
) -> None:
    await scene.visit(
        "POST /logout", f"{signed('bob')}; {SID}", line(value), 'sid=""; HttpOnly; Path=/'
    )
    await scene.visit("GET /me", f'{signed(value)}; sid=""')
    await scene.visit("POST /login", f'{signed(value)}; sid=""', line("eve"))
    await scene.visit("GET /me", signed("eve"))
    (ended,) = scene.take(SessionDestroyed)
    first, second = scene.take(SessionWritten)
    assert (ended.session, ended.cause, ended.detail) == (first.session, "x2", WITHOUT_USER)
    assert second.session != first.session
    assert (second.cause, second.reason, second.previous) == ("x4", "login", "")
    assert scene.take(SessionShownAgain) == []


async def test_a_signed_value_that_names_somebody_is_none(scene: TrafficScene) -> None:
    """The near miss: short, and not empty."""
    await scene.visit("POST /name", f"{signed('bob')}; {SID}", line("0"))
    assert scene.take(SessionDestroyed) == []
    assert len({written.session for written in scene.take(SessionWritten)}) == 1


async def test_an_empty_object_that_a_secret_verifies_is_a_logout() -> None:
    scene = TrafficScene(SECRET)
    await scene.visit("POST /login", "", line("bob"))
    await scene.visit("POST /logout", signed("bob"), line("{}"))
    assert [ended.detail for ended in scene.take(SessionDestroyed)] == [WITHOUT_USER]


async def test_a_visitor_s_empty_value_begins_no_session() -> None:
    scene = TrafficScene(SECRET)
    await scene.visit("GET /", "", line(""))
    await scene.visit("GET /", signed(""))
    assert scene.events == []


async def test_an_empty_value_under_a_foreign_signature_is_told() -> None:
    scene = TrafficScene(SECRET)
    await scene.visit("GET /", signed("", "another secret"))
    (told,) = scene.take(SessionNotOpened)
    assert told.code == "wrong_secret"


@pytest.mark.parametrize(
    ("payload", "problem", "is_nobody"),
    [
        ({}, "", True),
        ({"iat": 1, "exp": 2}, "", True),
        ({"user": None, "roles": [], "is_admin": False}, "", True),
        ({"jti": "an id in a store"}, "", False),
        ({"cart": 0}, "", False),
        ({}, "no_secret", False),  # sealed: nobody knows
        ({"exp": 2}, "no_secret", False),
        ({}, "wrong_secret", False),
    ],
)
def test_what_says_nobody(payload: JsonObject, problem: str, is_nobody: bool) -> None:
    found = Decoded(format="any", cookies=("s",), payload=payload, problem=problem)
    assert says_nobody(found) is is_nobody


async def test_which_of_two_lines_of_one_name_says_nobody() -> None:
    scene = TrafficScene(SECRET)
    await scene.visit("POST /login", "", line("bob"))
    arrival = await scene.ask("POST /logout", signed("bob"))
    lines = [parse_set_cookie(text) for text in (line("amy"), line(""))]
    held = await scene.reporter.report_answer(arrival, NOW, lines)
    scene.opener.close()
    assert [held.is_emptied(one) for one in lines] == [False, True]

"""What a response makes of a jar, and why a session was written."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.arrival import (
    Arrival,
    CookieAnswer,
    NamedSession,
)
from session_inspector.devserver.attach.traffic.cookie_scopes import apply_cookies
from session_inspector.devserver.attach.traffic.outcomes.write_reasons import write_reason
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.formats.js.cookie_session import CookieSessionDecoder
from session_inspector.devserver.decoders.formats.python.aiohttp_session import (
    AiohttpSessionDecoder,
)
from session_inspector.devserver.decoders.formats.python.litestar import LitestarDecoder

NOW = 1_760_000_000.0
SESSION = Decoded(format="x", cookies=("s.0", "s.1"))


def answer_with(*lines: str) -> CookieAnswer:
    cookies = [parse_set_cookie(line) for line in lines]
    arrival = Arrival(exchange="x7", at=NOW, jar={})
    return CookieAnswer(arrival=arrival, at=NOW, lines={cookie.name: cookie for cookie in cookies})


def test_a_jar_after_a_response_has_what_was_set_decoded_and_lacks_what_was_deleted() -> None:
    lines = ("a=%41%42", "b=2; Max-Age=0", "c=%E0%A4%A", "d=4")
    after = apply_cookies(
        {"a": "old", "b": "old", "c": "old", "e": "old"},
        [parse_set_cookie(line) for line in lines],
        NOW,
    )
    assert after == {"a": "AB", "d": "4", "e": "old"}


def test_a_request_is_about_its_first_session() -> None:
    named = [NamedSession(name=name, found=SESSION) for name in ("first", "second")]
    assert Arrival(exchange="x1", at=NOW, jar={}, sessions=named).session == "first"
    assert Arrival(exchange="x1", at=NOW, jar={}).session == ""


def test_a_response_is_about_a_session_when_it_sets_one_of_its_chunks() -> None:
    assert answer_with("s.1=b").has_any_of(SESSION)
    assert not answer_with("s=b", "t.0=c").has_any_of(SESSION)


def test_chunks_are_joined_in_the_order_of_the_session_not_of_the_lines() -> None:
    answer = answer_with("s.1=%42", "s.0=%41")
    assert answer.value_of(SESSION) == "AB"
    assert answer.line_of(SESSION).name == "s.0"
    assert answer.cause == "x7"


@pytest.mark.parametrize(("ends", "user", "reason"), [(6, "bob", "roll"), (6, "eve", "update")])
def test_a_write_that_moves_only_a_clock_is_a_roll(ends: int, user: str, reason: str) -> None:
    def content(expire: int, name: str) -> JsonObject:
        payload: JsonObject = {"user": name, "_expire": expire}
        traits = CookieSessionDecoder.traits
        return NamedSession(
            name="s", found=Decoded(format="x", cookies=("s",), payload=payload, traits=traits)
        ).content

    assert write_reason(content(5, "bob"), content(ends, user)) == reason


@pytest.mark.parametrize(
    ("decoder", "name"), [(LitestarDecoder, "expires_at"), (AiohttpSessionDecoder, "sealed_at")]
)
def test_what_anybody_can_read_of_a_seal_is_its_clock_and_no_new_token(
    decoder: type[LitestarDecoder] | type[AiohttpSessionDecoder], name: str
) -> None:
    def content(at: int) -> JsonObject:
        found = Decoded(format="x", cookies=("s",), payload={name: at}, traits=decoder.traits)
        return NamedSession(name="s", found=found).content

    assert write_reason(content(5), content(6)) == "roll"

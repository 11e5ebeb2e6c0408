"""Cookies that apps on two ports of one host set over each other."""

from __future__ import annotations

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.web.tap import cookie_set
from tests.inspector.model.events import state_of

NOW = 1_760_000_000.0
APP = "http://localhost:4000"
API = "http://localhost:4101"
SID = "connect.sid=s%3Aabc; Path=/; HttpOnly"


def answer(
    number: int,
    origin: str,
    line: str,
    session: str,
    *,
    client: str = "Chrome",
    at: float = NOW,
) -> list[Event]:
    name = f"x{number}"
    return [
        ExchangeStarted(
            at=at, cause=name, exchange=name, method="GET", path="/", client=client, origin=origin
        ),
        cookie_set(at, name, session, parse_set_cookie(line)),
        ExchangeEnded(at=at, cause=name, exchange=name, status=200, duration=0.1),
    ]


def found(*exchanges: list[Event]) -> list[str]:
    state = state_of(*(event for one in exchanges for event in one))
    return [alarm.text for alarm in state.alarms.raised if alarm.kind == "across ports"]


def test_a_session_that_another_port_replaces_is_an_alarm() -> None:
    assert found(answer(1, APP, SID, "one"), answer(2, API, SID, "two")) == [
        f"Chrome: connect.sid of {API} replaced the one that {APP} had set in x1"
    ]


def test_a_cookie_of_no_session_replaces_one_as_well() -> None:
    assert found(answer(1, APP, SID, "one"), answer(2, API, SID, ""))


def test_a_session_that_both_share_is_none() -> None:
    assert not found(answer(1, APP, SID, "one"), answer(2, API, SID, "one"))


def test_the_same_app_may_set_another_session() -> None:
    assert not found(answer(1, APP, SID, "one"), answer(2, APP, SID, "two"))


def test_what_was_no_session_may_be_replaced() -> None:
    assert not found(answer(1, APP, "theme=dark", ""), answer(2, API, "theme=light", ""))


def test_another_host_path_or_browser_has_a_cookie_of_its_own() -> None:
    first = answer(1, APP, SID, "one")
    assert not found(first, answer(2, "http://api.localhost:4101", SID, "two"))
    assert not found(first, answer(2, API, "connect.sid=x; Path=/api", "two"))
    assert not found(first, answer(2, API, SID, "two", client="Firefox"))


def test_a_cookie_that_is_over_or_deleted_is_not_lost() -> None:
    short = answer(1, APP, "sid=a; Max-Age=60", "one")
    assert not found(short, answer(2, API, "sid=b", "two", at=NOW + 61))
    gone = answer(2, APP, "sid=; Max-Age=0", "one")
    assert not found(answer(1, APP, "sid=a", "one"), gone, answer(3, API, "sid=b", "two"))

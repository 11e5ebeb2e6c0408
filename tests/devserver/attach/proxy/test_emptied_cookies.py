"""A session's cookie that browsers keep, and that holds none any more, is reported as emptied."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.headers import parse_request
from session_inspector.devserver.attach.proxy.reporter import ExchangeReporter
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.decoders.registry import load_decoders
from tests.devserver.attach.proxy.test_reporter import NOW, URL, exchange_of

SID = f"s%3A{'a' * 32}.{'b' * 43}"


@pytest.mark.parametrize(
    ("lines", "emptied"),
    [
        (["connect.sid=loggedout; Max-Age=10", "theme=none"], ["connect.sid"]),
        (['connect.sid=""'], ["connect.sid"]),
        (["connect.sid=; Max-Age=0"], []),  # it is deleted
        ([f"connect.sid={SID}; HttpOnly", "theme=none"], []),
    ],
)
async def test_a_session_s_cookie_that_holds_none_any_more_is_reported_as_emptied(
    lines: list[str], emptied: list[str]
) -> None:
    clock = ManualClock(NOW)
    opener = Opener(load_decoders(), (), clock)
    events: list[Event] = []
    reporter = ExchangeReporter(URL, SessionReporter(opener, events.append), clock, events.append)
    exchange = exchange_of(lines=[f"Set-Cookie: {line}" for line in lines])
    request = f"POST /out HTTP/1.1\r\nHost: localhost\r\nCookie: connect.sid={SID}\r\n\r\n"
    exchange.head = parse_request(request.encode())
    reporter.started(exchange)
    reporter.responded(exchange)
    await reporter.publish_notes()
    opener.close()
    found = [event for event in events if isinstance(event, CookieSet)]
    assert [event.name for event in found if event.is_emptied] == emptied

"""Lines that leave a browser without a session: emptied, or deleted by the host's own Domain."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.headers import parse_request
from session_inspector.devserver.attach.proxy.reporter import ExchangeReporter
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.session import SessionDestroyed
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


@pytest.mark.parametrize(
    ("host", "is_gone"), [("localhost:4000", True), ("127.0.0.1", True), ("app.test", False)]
)
async def test_a_deletion_with_the_domain_of_a_host_that_has_none_below_it_is_a_logout(
    host: str, is_gone: bool
) -> None:
    clock = ManualClock(NOW)
    opener = Opener(load_decoders(), (), clock)
    events: list[Event] = []
    reporter = ExchangeReporter(URL, SessionReporter(opener, events.append), clock, events.append)
    name = host.partition(":")[0]
    for number, line in enumerate(
        [f"connect.sid={SID}; Path=/; HttpOnly", f"connect.sid=; Max-Age=0; Path=/; Domain={name}"]
    ):
        exchange = exchange_of(f"x{number}", lines=[f"Set-Cookie: {line}"])
        request = f"POST /out HTTP/1.1\r\nHost: {host}\r\nCookie: connect.sid={SID}\r\n\r\n"
        exchange.head = parse_request(request.encode())
        reporter.started(exchange)
        reporter.responded(exchange)
        await reporter.publish_notes()
    opener.close()
    assert any(isinstance(event, SessionDestroyed) for event in events) is is_gone

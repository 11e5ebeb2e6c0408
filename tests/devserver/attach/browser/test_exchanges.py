"""What a browser saw is reported as the proxy reports."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.browser.exchanges import LONG_AGO, BrowserExchanges
from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.core.clock import ManualClock


class Notes:
    def __init__(self) -> None:
        self.taken: list[tuple[str, Exchange]] = []

    def started(self, exchange: Exchange) -> None:
        self.taken.append(("started", exchange))

    def responded(self, exchange: Exchange) -> None:
        self.taken.append(("responded", exchange))

    def ended(self, exchange: Exchange) -> None:
        self.taken.append(("ended", exchange))

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        raise AssertionError("nothing is said of the app")


@pytest.mark.parametrize(
    ("began", "duration", "found"),
    [
        (90.0, 4.0, (490, 494, 4)),
        (90.0, None, (490, 500, 10)),
        (90.0, 11.0, (490, 500, 11)),
        (101.0, 4.0, (500, 500, 4)),
        (100.0 - LONG_AGO - 1, 4.0, (500, 500, 4)),
        (None, None, (500, 500, 0)),
    ],
    ids=["told", "not how long", "longer than ago", "ahead", "another clock", "not told"],
)
def test_a_request_that_was_read_late_has_its_own_moments(
    began: float | None, duration: float | None, found: tuple[float, float, float]
) -> None:
    notes = Notes()
    hop = Hop(method="GET", url="http://app.test/", began=began, duration=duration)
    BrowserExchanges(notes, ManualClock(500.0), wall=ManualClock(100.0)).report(hop)
    exchange = notes.taken[0][1]
    assert (exchange.at, exchange.ended_at, exchange.duration) == found


def test_a_hop_is_a_whole_exchange() -> None:
    notes = Notes()
    hop = Hop(
        method="GET",
        url="https://app.test:8443/a?b=c",
        request=[("accept", "*/*"), ("cookie", "a=1"), ("x-forwarded-proto", "http")],
        response=[("set-cookie", "a=2"), ("set-cookie", "b=é")],
        status=200,
    )
    reporter = BrowserExchanges(notes, ManualClock(5.0))
    assert (reporter.report(hop), reporter.report(hop)) == ("x1", "x2")
    assert [what for what, _ in notes.taken[:3]] == ["started", "responded", "ended"]
    assert reporter.hops.get("x1") is hop
    exchange = notes.taken[0][1]
    assert (exchange.head.target, exchange.head.host) == (b"/a?b=c", b"app.test:8443")
    assert [(line.name, line.value) for line in exchange.head.lines] == [
        (b"cookie", b"a=1"),
        (b"x-forwarded-proto", b"https"),
    ]
    assert exchange.response is not None
    assert [line.value for line in exchange.response.lines] == [b"a=2", b"b=\xe9"]

"""Relayed exchanges become the events of the lab's own tap, in their order and never in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from session_inspector.devserver.attach.proxy import reporter as module
from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.head_texts import leads_away, read_lines
from session_inspector.devserver.attach.proxy.headers import parse_request, parse_response
from session_inspector.devserver.attach.proxy.reporter import ExchangeReporter
from session_inspector.devserver.attach.traffic.opener import OpenedJar, Opener
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.server import (
    ExchangesSkipped,
    UpstreamStateChanged,
    WatchFailed,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.registry import load_decoders

NOW = 1_760_000_000.0
URL = "http://localhost:3000"


class Scene:
    """A reporter of an app whose cookies no decoder knows."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        clock = ManualClock(NOW)
        self.opener = Opener((), (), clock)
        sessions = SessionReporter(self.opener, self.events.append)
        self.reporter = ExchangeReporter(URL, sessions, clock, self.events.append)

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    found = Scene()
    yield found
    found.opener.close()


def exchange_of(name: str = "x1", lines: Sequence[str] = (), *, answers: bool = True) -> Exchange:
    request = "\r\n".join(
        [
            "GET /cb?code=secret HTTP/1.1",
            "Host: localhost",
            "Cookie: a=1; b=",
            "Cookie: c=x=y",
            "User-Agent: curl/8",
            "",
            "",
        ]
    )
    exchange = Exchange(name=name, head=parse_request(request.encode()), out=b"", at=NOW, began=0)
    exchange.ended_at = NOW + 1
    exchange.duration = 0.25
    exchange.status = 502
    if answers:
        response = "\r\n".join(["HTTP/1.1 302 Found", *lines, "", ""])
        exchange.response = parse_response(response.encode(), b"GET")
        exchange.responded_at = NOW + 0.5
        exchange.status = 302
    return exchange


async def test_an_exchange_is_reported_as_the_tap_of_the_lab_does(scene: Scene) -> None:
    exchange = exchange_of(
        lines=["Set-Cookie: d=4; Max-Age=60", "Location: /?state=s", "Cache-Control: no-store"]
    )
    scene.reporter.started(exchange)
    scene.reporter.responded(exchange)
    scene.reporter.ended(exchange)
    assert scene.events == []
    await scene.reporter.publish_notes()
    assert scene.names() == ["ExchangeStarted", "CookieSet", "ExchangeEnded"]
    started, cookie, ended = scene.events
    assert started == ExchangeStarted(
        at=NOW,
        cause="x1",
        exchange="x1",
        method="GET",
        path="/cb?code=•••",
        client="curl",
        cookie_bytes=len("Cookie: a=1; b=; c=x=y"),
        cookies=(
            CookieSeen(name="a", size=1),
            CookieSeen(name="b", size=0),
            CookieSeen(name="c", size=3),
        ),
        origin="http://localhost",
    )
    assert isinstance(cookie, CookieSet)
    assert (cookie.at, cookie.name, cookie.max_age) == (NOW + 0.5, "d", 60)
    assert ended == ExchangeEnded(
        at=NOW + 1,
        cause="x1",
        exchange="x1",
        status=302,
        duration=0.25,
        set_cookies=1,
        cache_control="no-store",
        location="/?state=•••",
    )


@pytest.mark.parametrize(
    ("line", "bearer"),
    [
        ("Authorization: Bearer t0ken", fingerprint("t0ken")),
        ("authorization: bearer  t0ken ", fingerprint("t0ken")),
        ("Authorization: Basic dTpw", ""),
        ("Authorization: Bearer", ""),
        ("X: y", ""),
    ],
)
async def test_a_bearer_token_is_reported_by_its_fingerprint(
    scene: Scene, line: str, bearer: str
) -> None:
    request = f"GET / HTTP/1.1\r\nHost: localhost\r\n{line}\r\n\r\n".encode()
    head = parse_request(request)
    scene.reporter.started(Exchange(name="x1", head=head, out=b"", at=NOW, began=0))
    await scene.reporter.publish_notes()
    (started,) = scene.events
    assert isinstance(started, ExchangeStarted)
    assert started.bearer == bearer


@pytest.mark.parametrize("is_deletion_first", [True, False])
async def test_an_exchange_is_about_the_session_that_it_leaves_not_the_one_it_deletes(
    is_deletion_first: bool,
) -> None:
    clock = ManualClock(NOW)
    opener = Opener(load_decoders(), (), clock)
    events: list[Event] = []
    sessions = SessionReporter(opener, events.append)
    reporter = ExchangeReporter(URL, sessions, clock, events.append)
    gone = f"s%3A{'a' * 32}.{'b' * 43}"
    made = f"s%3A{'c' * 32}.{'d' * 43}"
    lines = ["Set-Cookie: state=; Max-Age=0", f"Set-Cookie: connect.sid={made}; HttpOnly"]
    exchange = exchange_of(lines=lines if is_deletion_first else lines[::-1])
    request = f"GET /cb HTTP/1.1\r\nHost: localhost\r\nCookie: state={gone}\r\n\r\n"
    exchange.head = parse_request(request.encode())
    reporter.started(exchange)
    reporter.responded(exchange)
    reporter.ended(exchange)
    await reporter.publish_notes()
    opener.close()
    by_name = {event.name: event.session for event in events if isinstance(event, CookieSet)}
    (ended,) = [event for event in events if isinstance(event, ExchangeEnded)]
    assert by_name["state"] != by_name["connect.sid"]
    assert ended.session == by_name["connect.sid"]


async def test_an_exchange_without_a_response_ends_too(scene: Scene) -> None:
    exchange = exchange_of(answers=False)
    scene.reporter.started(exchange)
    scene.reporter.ended(exchange)
    await scene.reporter.publish_notes()
    ended = scene.events[-1]
    assert isinstance(ended, ExchangeEnded)
    assert (ended.status, ended.set_cookies, ended.location) == (502, 0, "")


async def test_exchanges_beside_each_other_keep_the_order_of_their_notes(scene: Scene) -> None:
    first = exchange_of("x1")
    second = exchange_of("x2")
    scene.reporter.started(first)
    scene.reporter.started(second)
    scene.reporter.ended(second)
    scene.reporter.ended(first)
    await scene.reporter.publish_notes()
    assert [event.cause for event in scene.events] == ["x1", "x2", "x2", "x1"]


async def test_whole_exchanges_are_left_out_and_counted_when_too_many_wait(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    exchanges = [exchange_of(f"x{number}") for number in range(1, 5)]
    for exchange in exchanges:
        scene.reporter.started(exchange)
    for exchange in exchanges:
        scene.reporter.responded(exchange)
        scene.reporter.ended(exchange)
    await scene.reporter.publish_notes()
    causes = [event.cause for event in scene.events if not isinstance(event, ExchangesSkipped)]
    assert causes == ["x1", "x2", "x1", "x2"]
    assert scene.events[-1] == ExchangesSkipped(at=NOW, count=2)


async def test_the_app_s_state_is_reported_when_it_changes(scene: Scene) -> None:
    for is_up in (True, True, False, False, True):
        scene.reporter.upstream(is_up, "" if is_up else "refused")
    assert scene.events == [
        UpstreamStateChanged(at=NOW, upstream=URL, is_up=True),
        UpstreamStateChanged(at=NOW, upstream=URL, is_up=False, reason="refused"),
        UpstreamStateChanged(at=NOW, upstream=URL, is_up=True),
    ]


class Broken(Opener):
    """An opener that one cookie breaks."""

    async def open(self, jar: Mapping[str, str], clock_offset: float = 0.0) -> OpenedJar:
        if "bad" in jar:
            raise OverflowError("a secret")
        return await super().open(jar, clock_offset)


async def test_an_exchange_that_breaks_the_watching_is_told_and_the_next_is_reported() -> None:
    scene = Scene()
    clock = ManualClock(NOW)
    opener = Broken((), (), clock)
    sessions = SessionReporter(opener, scene.events.append)
    reporter = ExchangeReporter(URL, sessions, clock, scene.events.append)
    for name, line in (("x1", "Set-Cookie: bad=1"), ("x2", "Set-Cookie: good=1")):
        exchange = exchange_of(name, [line])
        reporter.started(exchange)
        reporter.responded(exchange)
        reporter.ended(exchange)
    await reporter.publish_notes()
    opener.close()
    scene.opener.close()
    names = scene.names()
    assert names.count("WatchFailed") == 1
    assert names.count("CookieSet") == 2, "the cookie is shown, only its session is not known"
    assert names.count("ExchangeEnded") == 2
    assert "secret" not in repr([e for e in scene.events if isinstance(e, WatchFailed)])


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        ("session-token-expired", "the session token lives for 60 s, and is over"),
        ("session-token-expired-refresh-non-eligible-no-refresh-cookie", "the session token lives"),
        ("of-a-later-version", ""),
    ],
)
async def test_why_clerk_signs_nobody_in_is_on_the_exchange(
    scene: Scene, reason: str, meaning: str
) -> None:
    opener = Opener(load_decoders(), (), ManualClock(NOW))
    sessions = SessionReporter(opener, scene.events.append)
    reporter = ExchangeReporter(URL, sessions, ManualClock(NOW), scene.events.append)
    reporter.ended(exchange_of(lines=[f"x-clerk-auth-reason: {reason}"]))
    await reporter.publish_notes()
    (ended,) = [event for event in scene.events if isinstance(event, ExchangeEnded)]
    assert ended.auth_reason == reason
    assert (ended.auth_meaning[: len(meaning)], bool(ended.auth_meaning)) == (
        meaning,
        bool(meaning),
    )
    opener.close()


@pytest.mark.parametrize(
    ("location", "is_away"),
    [
        ("/dashboard", False),
        ("/login?returnTo=https://other.test/x", False),
        ("//localhost/x", False),
        ("http://LOCALHOST/x", False),
        ("https://id.test/authorize", True),
        ("//id.test/authorize", True),
        ("http://[", False),
        ("", False),
    ],
)
def test_a_redirect_leads_away_by_its_host_and_not_by_its_query(
    location: str, is_away: bool
) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode()
    lines = parse_response(head, b"GET").lines
    assert leads_away(b"localhost", read_lines(lines)) is is_away

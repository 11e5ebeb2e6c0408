"""Turns what a browser saw into exchanges, as the proxy would have reported them.

Without a proxy the browser is who sees the traffic: the same sessions, cookies and alarms follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from session_inspector.devserver.attach.browser.observed import Hop, Lines
from session_inspector.devserver.attach.proxy.exchange import Audience, Exchange
from session_inspector.devserver.attach.proxy.head_texts import READ_OF_REQUEST
from session_inspector.devserver.attach.proxy.headers import Line, RequestHead, ResponseHead
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock, SystemClock, stopwatch
from session_inspector.devserver.core.values import Seconds

KEPT = 200
"""Requests that can be sent again."""
READ = frozenset(name.decode() for name in READ_OF_REQUEST)
"""Lines of a request that are handed on; a page sends a dozen others each time."""
PROTO = "x-forwarded-proto"
LONG_AGO: Seconds = 3600.0
"""A request that began before that was sent by a machine with another clock than ours."""
NO_BODY = 0
"""Bytes; bodies are not read."""


class BrowserExchanges:
    """Numbers the exchanges of a browser, and hands them on."""

    def __init__(
        self,
        audience: Audience,
        clock: Clock,
        names: Iterator[str] | None = None,
        *,
        wall: Clock | None = None,
    ) -> None:
        """`names` are those of the exchanges, where somebody else reports some too.

        `wall` is the clock that the browser has, which knows of no time travel.
        """
        self._wall = wall or SystemClock()
        self._audience = audience
        self._clock = clock
        self._names = names or (f"x{number}" for number in count(1))
        self.hops: Bounded[Hop] = Bounded(KEPT)
        """The last ones, by the names of their exchanges."""

    def report(self, hop: Hop) -> str:
        """Report one; returns its name."""
        now = self._clock.now()
        ago = self._count_since(hop)
        exchange = Exchange(
            name=next(self._names),
            head=_make_head(hop),
            out=b"",
            at=now - ago,
            began=stopwatch() - ago,
        )
        exchange.duration = ago
        if hop.duration is not None:
            exchange.duration = hop.duration
        self._audience.started(exchange)
        exchange.response = ResponseHead(
            status=hop.status,
            reason=b"",
            lines=_to_lines(_list_own(hop)),
            framing=NO_BODY,
            keeps=False,
        )
        exchange.status = hop.status
        exchange.responded_at = min(now, exchange.at + exchange.duration)
        exchange.ended_at = exchange.responded_at
        self.hops.put(exchange.name, hop)
        self._audience.responded(exchange)
        self._audience.ended(exchange)
        return exchange.name

    def _count_since(self, hop: Hop) -> Seconds:
        """Return how long ago a request was sent: what a browser tells may wait to be read."""
        if hop.began is None:
            return 0.0
        ago = self._wall.now() - hop.began
        if not 0 <= ago <= LONG_AGO:
            return 0.0
        return ago


def _make_head(hop: Hop) -> RequestHead:
    parts = hop.parts
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    own = [line for line in hop.request if line[0] in READ and line[0] != PROTO]
    # how the reporter learns of https: here it is the browser's own URL that says so
    lines = _to_lines([*own, (PROTO, parts.scheme)])
    return RequestHead(
        method=hop.method.encode("latin-1", "replace"),
        target=target.encode("utf-8", "replace"),
        is_old=False,
        lines=lines,
        host=parts.netloc.rpartition("@")[2].encode("utf-8", "replace"),
        framing=NO_BODY,
        is_upgrade=False,
        keeps=False,
    )


def _list_own(hop: Hop) -> Lines:
    """Return the lines of a response as the app has just sent them.

    What may be from the browser's cache has the Date of then; a cache keeps no Set-Cookie.
    """
    if hop.set_cookies or hop.method not in ("GET", "HEAD"):
        return hop.response
    return [line for line in hop.response if line[0] != "date"]


def _to_lines(lines: Lines) -> list[Line]:
    return [
        Line(b"", name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in lines
    ]

"""A reporter of sessions with the real decoders, driven by requests and responses in text."""

from __future__ import annotations

from typing import TypeVar

from session_inspector.devserver.attach.traffic.arrival import Arrival
from session_inspector.devserver.attach.traffic.endings import FindGone, find_nothing
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.session_memory import ReadRow, RowSource
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.decoders.registry import load_decoders

E = TypeVar("E")
NOW = 1_760_000_000.0


class TrafficScene:
    """One app behind the proxy; its exchanges are x1, x2, …"""

    def __init__(
        self,
        *secrets: str,
        named: tuple[str, ...] = (),
        has_told: bool = True,
        rows: RowSource | None = None,
        find_gone: FindGone = find_nothing,
        read_row: ReadRow | None = None,
    ) -> None:
        self.clock = ManualClock(NOW)
        self.opener = Opener(load_decoders(), secrets, self.clock, has_told=has_told)
        self.events: list[Event] = []
        self.clock_offset = 0.0
        """Seconds that the app's clock is ahead of ours."""
        self.browser = ""
        """What the client claims to be."""
        self.echoed: frozenset[str] = frozenset()
        """Names of cookies whose values the headers of requests repeat."""
        self.host = ""
        """Which app is asked."""
        self.reporter = SessionReporter(
            self.opener,
            self.events.append,
            rows,
            cookies=named,
            find_gone=find_gone,
            read_row=read_row,
        )
        self._count = 0

    async def ask(self, request: str, cookies: str = "", *, is_answered: bool = False) -> Arrival:
        """Send a request, and leave it under way."""
        self._count += 1
        pairs = list(parse_pairs(cookies))
        return await self.reporter.report_arrival(
            f"x{self._count}",
            self.clock.now(),
            pairs,
            request,
            is_answered=is_answered,
            host=self.host,
            browser=self.browser,
            clock_offset=self.clock_offset,
            echoed=self.echoed,
        )

    async def answer(
        self,
        arrival: Arrival,
        *lines: str,
        status: int = 200,
        is_leaving: bool = False,
        location: str = "",
        asks_other: bool = False,
    ) -> dict[str, str]:
        """Answer a request with Set-Cookie lines."""
        cookies = [parse_set_cookie(line) for line in lines]
        found = await self.reporter.report_answer(
            arrival,
            self.clock.now(),
            cookies,
            status=status,
            is_leaving=is_leaving,
            location=location,
            clock_offset=self.clock_offset,
            asks_other=asks_other,
        )
        await self.reporter.report_end(arrival, self.clock.now())
        return dict(found.holders)

    async def visit(
        self, request: str, cookies: str = "", *lines: str, status: int = 200, location: str = ""
    ) -> dict[str, str]:
        """Send a request that is answered at once."""
        arrival = await self.ask(request, cookies, is_answered=True)
        return await self.answer(arrival, *lines, status=status, location=location)

    def take(self, cls: type[E]) -> list[E]:
        """Return the events of one class."""
        return [event for event in self.events if isinstance(event, cls)]

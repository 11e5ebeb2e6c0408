"""A lab's site without a server: its parts can be opened one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx

from session_inspector.devserver.core.clock import ManualClock, TravelClock
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.lab.demo import Wait
from session_inspector.devserver.lab.stack import Site
from session_inspector.devserver.settings import Settings

NOW = 1_760_000_000.0
SECRET = "s" * 32
SQLITE = "sqlite://:memory:"


class LabScene:
    """One site, and the journal that hears of it."""

    def __init__(self, *, kind: Kind = "stateful", revocation: str = "") -> None:
        self.clock = TravelClock(ManualClock(NOW))
        self.journal = Journal()
        self.waits: dict[str, Wait] = {}
        self.site = Site(
            settings=Settings(
                secret=SECRET,
                store=SQLITE,
                state_dir=Path(tempfile.gettempdir()),
                kind=kind,
                revocation=revocation,
            ),
            base_url="http://app.test",
            issuer="http://op.test/",
            clock=self.clock,
            publish=self.journal.publish,
            http=httpx.AsyncClient(transport=httpx.MockTransport(unreachable)),
            waits=self.waits,
        )

    def names(self) -> list[str]:
        events, _ = self.journal.since(0)
        return [type(event).__name__ for event in events]


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody is there")

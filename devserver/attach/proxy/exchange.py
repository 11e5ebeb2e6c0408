"""One request and its response on their way, and who hears of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from session_inspector.devserver.attach.proxy.headers import RequestHead, ResponseHead
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.web.kept_requests import KeptRequest

AGAIN = frozenset({b"GET", b"HEAD", b"OPTIONS"})
"""Methods that may be sent twice, when a kept connection turns out to be closed."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What is known of it so far."""

    name: str
    """`x7`"""
    head: RequestHead
    out: bytes
    """The head as the app gets it."""
    at: Seconds
    began: float
    """By the stopwatch."""
    scheme: str = "http"
    """What the browser speaks to the proxy."""
    response: ResponseHead | None = None
    responded_at: Seconds = 0
    ended_at: Seconds = 0
    duration: float = 0
    status: int = 0
    """As the client saw it: 502 when the app was away."""
    tries: int = 0
    kept: KeptRequest | None = None
    """Where it is kept for a while, to be looked at; None: nowhere."""
    has_body_gone: bool = field(default=False)
    """Bytes of the request's body were sent: it cannot be sent again."""

    @property
    def is_repeatable(self) -> bool:
        """Whether a kept connection that was closed meanwhile is no error."""
        return self.head.method in AGAIN and not self.has_body_gone and self.tries < 2


class Audience(Protocol):
    """Hears of exchanges; it is called on the hot path, and must only take note."""

    def started(self, exchange: Exchange) -> None:
        """A request's head was read."""
        ...

    def responded(self, exchange: Exchange) -> None:
        """The head of the response was read."""
        ...

    def ended(self, exchange: Exchange) -> None:
        """All is over, well or not."""
        ...

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        """The app was reached, or was not: nothing is there, or attach cannot talk to it."""
        ...

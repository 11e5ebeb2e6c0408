"""The last requests with the heads of their bodies, so that one can be looked at and sent again.

They stay in the memory of this process: no event, recording or export has them. What leaves it is
masked (`describe`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.correlation import BROWSER_HEADER

KEPT = 200
"""Requests."""
MOST_BYTES = 32_768
"""Of a body, and of the body of its answer: 64 KB for both."""
Pairs = Sequence[tuple[bytes, bytes]]
"""(name in lower case, value) of header lines, in their order."""


@dataclass(slots=True)
class KeptBody:
    """The beginning of a body."""

    size: int = 0
    """Bytes of all of it."""
    data: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes) -> None:
        """Take bytes as they pass; the first ones stay."""
        self.size += len(data)
        room = MOST_BYTES - len(self.data)
        if room > 0:
            self.data += data[:room]

    @property
    def is_cut(self) -> bool:
        """There was more than is kept."""
        return self.size > len(self.data)


@dataclass(slots=True)
class KeptRequest:
    """One request, and what is known of its answer."""

    exchange: str
    method: str
    target: str
    """Path and query, in clear."""
    headers: Pairs
    body: KeptBody = field(default_factory=KeptBody)
    status: int = 0
    """0: there is no answer yet."""
    answer_headers: Pairs = ()
    answer: KeptBody = field(default_factory=KeptBody)
    is_dropped: bool = False
    """Newer ones have taken its place: it takes no more bytes."""

    def add_body(self, data: bytes) -> None:
        """Take bytes of the request's body."""
        if not self.is_dropped:
            self.body.add(data)

    def respond(self, status: int, headers: Pairs) -> None:
        """Take the head of the answer."""
        self.status = status
        self.answer_headers = headers

    def add_answer(self, data: bytes) -> None:
        """Take bytes of the answer's body."""
        if not self.is_dropped:
            self.answer.add(data)

    def drop(self) -> None:
        """Let go of the bodies, whoever still holds the request."""
        self.is_dropped = True
        self.body = KeptBody()
        self.answer = KeptBody()

    @property
    def sender(self) -> str:
        """The simulated browser that sent it; empty: another."""
        return first_value(self.headers, BROWSER_HEADER)


class KeptRequests:
    """The newest requests, by their names."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._requests: Bounded[KeptRequest] = Bounded(kept)

    def begin(self, exchange: str, method: str, target: str, headers: Pairs) -> KeptRequest:
        """Keep a request whose head has come; the oldest one gives way."""
        names = list(self._requests.names())
        if len(names) >= self._kept:
            oldest = self._requests.pop(names[0])
            if oldest is not None:
                oldest.drop()
        kept = KeptRequest(exchange, method, target, headers)
        self._requests.put(exchange, kept)
        return kept

    def get(self, exchange: str) -> KeptRequest | None:
        """Return a request; None: it is not kept any more, or never was."""
        return self._requests.get(exchange)

    def find_sent_by(self, sender: str) -> str:
        """Return the newest request of a simulated browser; empty: there is none."""
        for name in reversed(list(self._requests.names())):
            kept = self._requests.get(name)
            if kept is not None and kept.sender == sender:
                return name
        return ""


def first_value(headers: Iterable[tuple[bytes, bytes]], name: str) -> str:
    """Return the first value of a header; empty: there is none."""
    wanted = name.lower().encode()
    for key, value in headers:
        if key.lower() == wanted:
            return value.decode("latin-1")
    return ""

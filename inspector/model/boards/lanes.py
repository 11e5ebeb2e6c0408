"""Which requests ran beside each other: each gets a lane from its start to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.events.base import Origin, SessionKind, WriteReason
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import SessionLoaded, SessionWritten
from session_inspector.devserver.core.events.union import Event

MOST = 10
"""Lanes that are drawn; more requests at once share the last."""
NO_WRITE: tuple[WriteReason | None, SessionKind] = (None, "stateless")


@dataclass(frozen=True, slots=True)
class LaneStep:
    """One event, and what was under way then; its line is made when it is drawn."""

    event: Event
    started: ExchangeStarted
    here: int
    """Its lane."""
    busy: int
    """A bit for each lane in which a request was under way."""
    wrote: WriteReason | None = None
    """Reason of the exchange's write; None: it wrote nothing."""
    kind: SessionKind = "stateless"
    """Of the session that was written."""
    loaded: Origin | None = None
    """The exchange presented a session: `told`, our engine accepted it; else its cookie opens."""
    beside: int = 1
    """The most requests that ran at once with it."""


def lay_out_steps(events: Sequence[Event]) -> list[LaneStep]:
    """Return the events of exchanges with their lanes; others are left out."""
    lanes = _Lanes()
    steps: list[LaneStep] = []
    for event in events:
        name = _exchange_of(event)
        if isinstance(event, ExchangeStarted):
            lanes.enter(event)
        elif name not in lanes.started:
            continue
        lanes.note(event)
        steps.append(lanes.make_step(event, name))
        if isinstance(event, ExchangeEnded):
            lanes.leave(event.exchange)
    return steps


def _exchange_of(event: Event) -> str:
    """Return the exchange that an event belongs to; a recording may give it another cause."""
    if isinstance(event, (ExchangeStarted, ExchangeEnded)):
        return event.exchange
    return event.cause


@dataclass(slots=True)
class _Lanes:
    """Which exchange is in which lane."""

    counts: list[int] = field(default_factory=lambda: [0] * MOST)
    """How many requests are in each."""
    lane_of: dict[str, int] = field(default_factory=dict)
    started: dict[str, ExchangeStarted] = field(default_factory=dict)
    wrote: dict[str, tuple[WriteReason | None, SessionKind]] = field(default_factory=dict)
    """Exchange to the reason of its last write, and the kind of its session."""
    loaded: dict[str, Origin] = field(default_factory=dict)
    """Exchanges that presented a session, and where that is from."""
    beside: dict[str, int] = field(default_factory=dict)
    """Exchange to the most that ran at once with it."""

    def enter(self, event: ExchangeStarted) -> None:
        """Take the first free lane, else the last; the same name again gives its lane back."""
        if event.exchange in self.started:
            self.leave(event.exchange)
        free = next((lane for lane, count in enumerate(self.counts) if not count), MOST - 1)
        self.counts[free] += 1
        self.lane_of[event.exchange] = free
        self.started[event.exchange] = event
        # what the app asks the provider meanwhile is part of its request, not beside it
        peers = [name for name, other in self.started.items() if other.party == event.party]
        for name in peers:
            self.beside[name] = max(self.beside.get(name, 1), len(peers))

    def note(self, event: Event) -> None:
        """Remember what an exchange did to its session."""
        if isinstance(event, SessionWritten):
            self._note_write(event)
        elif isinstance(event, SessionLoaded):
            self.loaded[event.cause] = event.origin

    def _note_write(self, event: SessionWritten) -> None:
        """Remember the write that changed most: a roll beside it only moves the end."""
        before = self.wrote.get(event.cause)
        if before is None or event.reason != "roll":
            self.wrote[event.cause] = (event.reason, event.facts.kind)

    def leave(self, exchange: str) -> None:
        """Free the lane."""
        self.counts[self.lane_of.pop(exchange)] -= 1
        self.started.pop(exchange, None)
        self.wrote.pop(exchange, None)
        self.beside.pop(exchange, None)
        self.loaded.pop(exchange, None)

    def make_step(self, event: Event, name: str) -> LaneStep:
        """Return what an event's line is made of; `name` is its exchange."""
        reason, kind = self.wrote.get(name, NO_WRITE)
        return LaneStep(
            event=event,
            started=self.started[name],
            here=self.lane_of[name],
            busy=sum(1 << lane for lane, count in enumerate(self.counts) if count),
            wrote=reason,
            kind=kind,
            loaded=self.loaded.get(name),
            beside=self.beside.get(name, 1),
        )

"""A request with all that it did, from its start to its response: what one line shows of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginFailed, TokenRefused
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.lanes import LaneStep, lay_out_steps
from session_inspector.inspector.model.facts.logs import Log, Mapped
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.target import (
    choose_session,
    session_of_cause,
)

PROBLEMS = (LoginFailed, TokenRefused, SessionResurrected, SessionRefused, CookieReused)
DID: dict[WriteReason, str] = {
    "login": "set",
    "created": "set",
    "begun": "updated",
    "roll": "rolled",
    "refresh": "refreshed",
    "update": "updated",
    "migrate": "migrated",
    "rotate": "rotated",
}


@dataclass(frozen=True)
class RequestStory:
    """One request; each fact is computed when it is asked for, and kept."""

    state: State
    started: ExchangeStarted
    events: tuple[Event, ...]
    """What it did; the first is its start."""

    @property
    def exchange(self) -> str:
        """Its name: `x12`."""
        return self.started.exchange

    @property
    def path(self) -> str:
        """Its path; at the provider with that word before it, elsewhere with the host."""
        path = self.started.path.partition("?")[0]
        if self.started.party == "app":
            return f"{name_other_host(self.state, self.started)}{path}"
        return f"provider {path}"

    @cached_property
    def ended(self) -> ExchangeEnded | None:
        """Its response; None: it is under way."""
        event = self.events[-1]
        if isinstance(event, ExchangeEnded):
            return event
        return None

    @property
    def status(self) -> int:
        """Of its response; 0: it is under way."""
        return self.ended.status if self.ended else 0

    @property
    def milliseconds(self) -> float | None:
        """How long it took; None: it is under way."""
        return self.ended.duration * 1000 if self.ended else None

    @cached_property
    def session(self) -> str:
        """The session it is of; empty: of none that is known."""
        own = choose_session(self.state, [event.session for event in self.events])
        return own or session_of_cause(self.state, self.exchange)

    @cached_property
    def who(self) -> str:
        """The user of its session when it was sent; without one, whose browser sent it."""
        known = self.state.sessions.get(self.session)
        if known is None:
            return self.started.client
        return known.user_at(self.started.at) or self.started.client

    @cached_property
    def wrote(self) -> WriteReason | None:
        """Why it wrote its session; None: it did not. A roll beside another only moves the end."""
        reasons = [event.reason for event in self.events if isinstance(event, SessionWritten)]
        others = [reason for reason in reasons if reason != "roll"]
        return next(reversed(others or reasons), None)

    @cached_property
    def effect(self) -> tuple[str, Tone]:
        """What came of the cookie: rolled, refreshed, set, deleted, nothing."""
        words = [*self._list_effects()]
        if words:
            return ", ".join(words), "good"
        if self.is_unrolled:
            return "not rolled", "warn"
        if self.ended is None:
            return "…", "dim"
        return "nothing", "dim"

    def _list_effects(self) -> Iterator[str]:
        """Yield words; beside a cookie that is set, chunks that are deleted are a clean-up."""
        cookies = [event for event in self.events if isinstance(event, CookieSet)]
        is_set = not all(cookie.is_deletion for cookie in cookies)
        if self.wrote is not None:
            yield DID[self.wrote]
        elif is_set:
            yield "set"
        if any(isinstance(event, SessionDestroyed) for event in self.events):
            yield "ended"
        if cookies and not is_set:
            yield "deleted"

    @property
    def is_unrolled(self) -> bool:
        """Its session was accepted, and not written."""
        if self.ended is None or self.wrote is not None:
            return False
        loads = [event for event in self.events if isinstance(event, SessionLoaded)]
        return bool(loads) and loads[-1].origin == "told"

    @property
    def has_problem(self) -> bool:
        """Whether a person would look for it: an error, a refusal, an alarm, a missing roll."""
        if self.status >= 400 or self.is_unrolled:
            return True
        if any(isinstance(event, PROBLEMS) for event in self.events):
            return True
        return self.exchange in self.state.alarms.causes

    def has_word(self, word: str) -> bool:
        """Check whether a word in lower case stands in any of its texts."""
        started = self.started
        texts = (
            started.exchange,
            started.method,
            started.path,
            started.party,
            str(self.status),
            self.who,
            started.client,
            self.session,
            self.effect[0],
            *(cookie.name for cookie in started.cookies),
        )
        return word in "\n".join(texts).lower()


def name_other_host(state: State, started: ExchangeStarted) -> str:
    """Return the host of a request to another origin than the app's; empty: it is the app's."""
    if started.party != "app" or not started.origin or not state.lab.origins:
        return ""
    host = started.origin.partition("://")[2]
    if host.rpartition(":")[2] == state.lab.base_url.rpartition(":")[2]:
        return ""
    return host


class StoryWindow:
    """The requests of a log's newest events; from one repaint to the next only new ones are read.

    What follows a response is none of its request; a name that comes again is another request.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._total = 0
        """Events of the log that were read."""
        self._newest: Event | None = None
        self._begun: deque[_Begun] = deque()
        self._under_way: dict[str, _Begun] = {}

    def read(self, state: State, log: Log[Event]) -> Sequence[RequestStory]:
        """Return the requests in the order in which they began, made when they are looked at."""
        count = self._count_new(log)
        first = log.total - count
        for number, event in enumerate(log[len(log) - count :], first):
            self._take(number, event)
        self._forget_before(log.total - min(self._size, len(log)))
        self._total = log.total
        self._newest = log[-1] if log else None
        return Mapped(tuple(self._begun), lambda one: one.to_story(state))

    def _count_new(self, log: Log[Event]) -> int:
        """Return how many events are to be read; all of them where the log is another one."""
        most = min(self._size, len(log))
        new = log.total - self._total
        if 0 <= new < most and log[-1 - new] is self._newest:
            return new
        self._begun.clear()
        self._under_way.clear()
        return most

    def _take(self, number: int, event: Event) -> None:
        if isinstance(event, ExchangeStarted):
            begun = _Begun(number, event, [event])
            self._under_way[event.exchange] = begun
            self._begun.append(begun)
        elif isinstance(event, ExchangeEnded):
            ended = self._under_way.pop(event.exchange, None)
            if ended is not None:
                ended.events.append(event)
        elif event.cause in self._under_way:
            self._under_way[event.cause].events.append(event)

    def _forget_before(self, number: int) -> None:
        while self._begun and self._begun[0].number < number:
            oldest = self._begun.popleft()
            if self._under_way.get(oldest.started.exchange) is oldest:
                del self._under_way[oldest.started.exchange]


@dataclass(slots=True)
class _Begun:
    """A request that began in the window."""

    number: int
    """Of its start, in the log."""
    started: ExchangeStarted
    events: list[Event]

    def to_story(self, state: State) -> RequestStory:
        """Return it as far as it has come."""
        return RequestStory(state, self.started, tuple(self.events))


def lay_out_stories(events: Sequence[Event]) -> Mapping[int, tuple[LaneStep, ...]]:
    """Return the steps of each request in their lanes, by the number of its start."""
    found: dict[int, list[LaneStep]] = {}
    for step in lay_out_steps(events):
        found.setdefault(step.started.seq, []).append(step)
    return {seq: tuple(steps) for seq, steps in found.items()}


def fold_deletions(steps: Sequence[LaneStep]) -> list[tuple[LaneStep, ...]]:
    """Return the steps of a story; deletions that follow each other, as of chunks, are one."""
    found: list[tuple[LaneStep, ...]] = []
    for step in steps:
        if found and is_deletion(step) and is_deletion(found[-1][0]):
            found[-1] = (*found[-1], step)
        else:
            found.append((step,))
    return found


def is_deletion(step: LaneStep) -> bool:
    """Check for a line that deletes a cookie."""
    return isinstance(step.event, CookieSet) and step.event.is_deletion

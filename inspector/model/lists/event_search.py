"""The timeline as a person wants it: the events that a filter keeps, in an order."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import TimelineRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.facts.sweeps import CookieSweep, close_sweep
from session_inspector.inspector.model.views.timeline import make_row
from session_inspector.inspector.model.words.queries import Filter, Vocabulary, compile_query

Entry: TypeAlias = Event | CookieSweep
MOST = 50_000
"""Newest entries that are looked through."""
AT_ONCE = 200
"""Entries up to which the timeline is looked through at each repaint: 5 ms."""
ASKED = 100
"""Entries between two questions whether a search is still wanted."""
Rank: TypeAlias = Any


@dataclass(frozen=True)
class Glance:
    """One entry, and what a filter asks of it."""

    state: State
    entry: Entry
    alarmed: Container[int] = ()
    """Numbers of the events that have raised an alarm."""

    @cached_property
    def row(self) -> TimelineRow:
        """Its line."""
        return make_row(self.state, self.entry)

    @property
    def user(self) -> str:
        """Whose session it was of then; empty: of none."""
        known = self.state.sessions.get(self.row.session)
        if known is None:
            return ""
        return known.user_at(self.row.at)

    @property
    def client(self) -> str:
        """The browser that made it happen, else that of its session."""
        exchange = self.state.exchanges.get(self.row.exchange)
        if exchange is not None:
            return exchange.client
        known = self.state.sessions.get(self.row.session)
        if known is None:
            return ""
        return known.client

    @property
    def method(self) -> str:
        """Of the request that made it happen."""
        exchange = self.state.exchanges.get(self.row.exchange)
        if exchange is None:
            return ""
        return exchange.method

    @property
    def path(self) -> str:
        """Of the request that made it happen."""
        exchange = self.state.exchanges.get(self.row.exchange)
        if exchange is None:
            return ""
        return exchange.path

    @property
    def has_problem(self) -> bool:
        """Whether it is drawn as a warning, or an alarm was raised by it."""
        if self.row.tone in ("warn", "bad"):
            return True
        return self.row.seq in self.alarmed

    def has_word(self, word: str) -> bool:
        """Check whether a word in lower case stands in any of its texts."""
        row = self.row
        texts = (row.title, row.detail, row.cause, row.session, row.exchange, self.user)
        return word in "\n".join(texts).lower()


EVENTS: Vocabulary[Glance] = Vocabulary(
    has_word=lambda found, word: found.has_word(word),
    parts={
        "user": lambda found: found.user,
        "client": lambda found: found.client,
        "path": lambda found: found.path,
        "event": lambda found: found.row.title,
    },
    beginnings={
        "id": lambda found: found.row.exchange,
        "session": lambda found: found.row.session,
        "method": lambda found: found.method,
    },
    flags={"problem": lambda found: found.has_problem},
)
"""What the filter of the timeline compares."""
SORTS: dict[str, Callable[[Glance], Rank]] = {
    "time": lambda found: found.row.seq,
    "event": lambda found: found.row.title.lower(),
    "user": lambda found: found.user.lower(),
}


def compile_events(query: str) -> Filter[Glance]:
    """Return the filter of a query; a word that is wrong is named in `problem`."""
    return compile_query(query, EVENTS)


def match_events(
    state: State,
    entries: Sequence[Entry],
    listing: Listing,
    is_wanted: Callable[[], bool] = lambda: True,
) -> list[Entry]:
    """Return the entries that a filter keeps, in the order that is wanted.

    A state never changes, so this may run in a thread; it stops once `is_wanted` says no.
    """
    keep = compile_events(listing.query).keep
    alarmed = {alarm.seq for alarm in state.alarms.raised}
    found: list[Glance] = []
    for number, entry in enumerate(entries):
        if number % ASKED == 0 and not is_wanted():
            break
        glance = Glance(state, entry, alarmed)
        if keep(glance):
            found.append(glance)
    if listing.sort:
        found.sort(key=SORTS[listing.sort])
    if listing.is_reversed:
        found.reverse()
    return [glance.entry for glance in found]


def newest_entries(state: State, since: int | None = None) -> Sequence[Entry]:
    """Return the newest entries of the timeline: those after `since`, None: up to MOST of them.

    `since` is a number of all that there have ever been.
    """
    count = MOST
    if since is not None:
        count = min(MOST, state.loud.total - since)
    recent: Iterable[Entry] = state.loud[-count:] if count else ()
    return [*recent, *close_sweep(state.sweep)]


def event_rows(state: State, entries: Sequence[Entry]) -> Sequence[TimelineRow]:
    """Return entries as lines, made when they are drawn."""
    return Mapped(entries, lambda entry: make_row(state, entry))


def describe_events(listing: Listing, count: int, *, is_busy: bool = False) -> str:
    """Return what the title says of the order and the filter; empty: all, as it comes."""
    problem = compile_events(listing.query).problem
    if problem:
        return f"⚠ {problem}"
    if is_busy:
        return "looking …"
    found = ""
    if listing.query.strip():
        found = f"{count:,} fit the filter: {listing.query}"
    return " · ".join(part for part in (listing.order, found) if part)

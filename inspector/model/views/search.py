"""Filters and sorts sessions: thousands at each repaint, a million in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any, TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import RunOut, SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.register import (
    is_in_doubt,
    is_surely_over,
    is_visitor,
)
from session_inspector.inspector.model.views.filters import compile_filter
from session_inspector.inspector.model.views.selectors.ends import find_end
from session_inspector.inspector.model.views.selectors.life import is_live, life_of
from session_inspector.inspector.model.views.session_summary import SessionSummary

AT_ONCE = 200
"""Sessions up to which a list is filtered, sorted and counted at each repaint: 2 ms."""
ASKED = 500
"""Sessions between two questions whether a search is still wanted: a millisecond."""
PORTION = 2_000
"""Names sorted in one go: Python runs nothing else meanwhile, 1 ms."""
Rank: TypeAlias = Any
"""What a session is sorted by: values of one sort can be compared with each other."""
SORTS: dict[str, Callable[[SessionSummary], Rank]] = {
    "newest": lambda found: -(found.created_at or 0),
    "user": lambda found: found.who.lower(),
    "size": lambda found: -found.size,
    "expires": lambda found: (found.life != "live", found.ends is None, found.ends or 0),
    "browser": lambda found: found.client.lower(),
    "kind": lambda found: found.kind,
    "request": lambda found: -(found.last_request or 0),
    "rolls": lambda found: -found.rolls,
}


def session_rows(
    state: State,
    now: Seconds,
    *,
    query: str = "",
    sort: str = "newest",
    is_reversed: bool = False,
) -> tuple[SessionRow, ...]:
    """Return the sessions that a filter keeps; a filter with a mistake keeps all."""
    names = match_sessions(state, now, query=query, sort=sort, is_reversed=is_reversed)
    return tuple(SessionSummary(state, state.sessions[name], now).make_row() for name in names)


def match_sessions(
    state: State,
    now: Seconds,
    *,
    query: str = "",
    sort: str = "newest",
    is_reversed: bool = False,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Sequence[str]:
    """Return the names of the sessions a filter keeps, sorted; a long list takes seconds.

    A state never changes, so this may run in a thread. It stops once `is_wanted` says no, because
    another letter was typed.
    """
    keep = compile_filter(query).keep
    rank = SORTS[sort]
    found: list[tuple[Rank, str]] = []
    # the latest known first, so that logins of one second stay in their order
    for number, name in enumerate(Reversed(state.order)):
        if number % ASKED == 0 and not is_wanted():
            break
        glance = SessionSummary(state, state.sessions[name], now)
        if keep(glance):
            found.append((rank(glance), name))
    names = _sort_names(found, is_wanted)
    if is_reversed:
        names.reverse()
    return names


def _sort_names(found: Iterable[tuple[Rank, str]], is_wanted: Callable[[], bool]) -> list[str]:
    names: list[str] = []
    for number, (_, name) in enumerate(merge(*_sort_portions(found), key=itemgetter(0))):
        if number % ASKED == 0 and not is_wanted():
            break
        names.append(name)
    return names


def find_position(names: Sequence[str], name: str) -> int | None:
    """Return the index of a name, None when it is absent; other threads may run meanwhile."""
    for start in range(0, len(names), PORTION):
        with suppress(ValueError):
            return names.index(name, start, start + PORTION)
    return None


def is_long(state: State) -> bool:
    """Check whether a list is too long to look through at each repaint."""
    return len(state.order) > AT_ONCE


def count_run_out(
    state: State, now: Seconds, is_wanted: Callable[[], bool] = lambda: True
) -> RunOut:
    """Return how many sessions a clock has ended, and no event yet."""
    live = 0
    in_doubt = 0
    for number, known in enumerate(state.sessions.values()):
        if number % ASKED == 0 and not is_wanted():
            break
        if is_surely_over(known) or is_visitor(known):
            continue
        if is_in_doubt(known):
            in_doubt += life_of(known, find_end(known), now) == "expired"
        else:
            live += not is_live(known, now)
    return RunOut(live=live, in_doubt=in_doubt)


def _sort_portions(found: Iterable[tuple[Rank, str]]) -> Iterator[list[tuple[Rank, str]]]:
    """Yield sorted parts; equal ones stay in their order, here and when the parts are merged."""
    rest = iter(found)
    while part := list(islice(rest, PORTION)):
        yield sorted(part, key=itemgetter(0))

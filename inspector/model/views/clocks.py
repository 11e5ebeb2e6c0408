"""The clocks of a session: all of them, and the one that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.inspector.model.facts.state import KnownSession, State

CAUSES: tuple[TimerName, ...] = ("inactivity", "absolute", "ceiling")
"""Clocks that are reasons; the cookie's and the store's only follow them."""


def collect_clocks(state: State, known: KnownSession) -> tuple[Timer, ...]:
    """Return the timers of a session: its own, forced ones moved, the provider's joined by sid."""
    timers = _own_clocks(known)
    sid = known.facts.sid
    if sid and sid in state.refresh_ends:
        timers.append(Timer(name="refresh_token", ends=state.refresh_ends[sid]))
    if sid and sid in state.provider_ends:
        timers.append(Timer(name="provider", ends=state.provider_ends[sid]))
    return tuple(timers)


def find_end(known: KnownSession) -> Timer | None:
    """Return the clock that ends a session; the provider's own clocks end none."""
    if known.forced:
        return find_first_end(_own_clocks(known))
    return find_first_end(known.facts.timers)


def find_first_end(timers: Sequence[Timer]) -> Timer | None:
    """Return the clock that ends the session; of equal ones the cause, not what follows it."""
    ending = [timer for timer in timers if timer.ends_session and timer.ends is not None]
    return min(ending, key=_rank_end, default=None)


def _own_clocks(known: KnownSession) -> list[Timer]:
    timers = known.facts.timers
    return [replace(timer, ends=known.forced.get(timer.name, timer.ends)) for timer in timers]


def _rank_end(timer: Timer) -> tuple[float, bool]:
    # clocks within a second of each other are one end: the cause is named, not its follower
    return (round(timer.ends or 0), timer.name not in CAUSES)

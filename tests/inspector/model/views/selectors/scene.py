"""One session `a`, of the lab or of an app, and what the panes say of it."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.rows import Lamp, TimerRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import session_rows
from tests.inspector.agreement import disagreements
from tests.inspector.sample import NOW, cookie, login, server, started, swept, written

DAY = 86_400.0
HERE = [server(NOW), *login("a", NOW, 1, "lab:a")]
APP = [
    replace(server(NOW), upstream="http://localhost:3000"),
    *login("a", NOW, 1, "Chrome"),
]
STATELESS_APP = [
    replace(server(NOW), upstream="http://localhost:3000"),
    started("x1", NOW, "/login", "Chrome"),
    written("a", NOW, "x1", kind="stateless"),
    cookie("a", NOW, "x1"),
]


def after(*events: Event, before: list[Event] = HERE) -> State:
    """Fold events with the numbers that the journal gives them."""
    state = State()
    for seq, event in enumerate([*before, *events], 1):
        object.__setattr__(event, "seq", seq)
        state = fold(state, [event])
    return state


def clocks(state: State, now: float = NOW) -> dict[str, TimerRow]:
    assert disagreements(state, now) == []
    return {clock.name: clock for clock in timer_rows(state, "a", now)}


def lamps(state: State, now: float = NOW) -> dict[str, Lamp]:
    assert disagreements(state, now) == []
    return {lamp.name: lamp for lamp in lamps_of(state, "a", now)}


def life(state: State, now: float = NOW) -> tuple[str, str]:
    rows = {row.session: row for row in session_rows(state, now)}
    return rows["a"].life, rows["a"].reason


def swept_cookie(cause: str) -> Event:
    return swept("a", NOW + 1, cause, "__session")

"""Reads what every pane says of a session, and names each two that disagree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from session_inspector.inspector.model.boards.rows import row_fields
from session_inspector.inspector.model.facts.rows import Field, Lamp, TimerRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.endings import is_copy_accepted
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.detail import sealed_fields, store_fields
from session_inspector.inspector.model.views.export import session_json
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import count_run_out, session_rows
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.status import status

ORIGINS = {"seen", "read", "inside", "rule", "told"}
ALIVE = "● alive"
LAMP_OF = {
    "cookie": "cookie",
    "sealed": "cookie",
    "store": "store row",
    "refresh_token": "refresh token",
    "provider": "provider session",
}
"""Clocks whose thing has a lamp."""
OF_THE_SESSION = ("inactivity", "absolute", "ceiling", "access_token")


def disagreements(state: State, now: float, *, only: str = "") -> list[str]:
    """Return every contradiction between two panes; none is right.

    `only` names the one session whose panes are compared; what counts all sessions is compared too.
    """
    shown = [Panes(state, session, now) for session in state.sessions]
    found = [*_check_header(state, now), *_check_rows(state, shown, now)]
    for pane in shown:
        if not only or pane.session == only:
            found += [f"{pane.session}: {said}" for said in pane.check()]
    return found


def _check_header(state: State, now: float) -> Iterator[str]:
    rows = session_rows(state, now)
    header = status(state, now, count_run_out(state, now))
    live = sum(row.life in ("live", "accepted") for row in rows)
    in_doubt = sum(row.life == "in-doubt" for row in rows)
    visitors = sum(row.life == "visitor" for row in rows)
    over = len(rows) - live - in_doubt - visitors
    shown = (header.live, header.in_doubt, header.visitors, header.over)
    if shown != (live, in_doubt, visitors, over):
        yield f"the header counts {header.live} live, the list {live} of {len(rows)}"


def _check_rows(state: State, shown: Sequence[Panes], now: float) -> Iterator[str]:
    kinds = _count_rows(row_fields(state, now))
    live = [pane for pane in shown if pane.has_row and pane.row.life == "live"]
    if sum(kinds.values()) and kinds["live"] != len(live):
        yield f"view 9 counts {kinds}, {len(live)} rows are alive"


class Panes:
    """Everything that is shown of one session at one moment."""

    def __init__(self, state: State, session: str, now: float) -> None:
        self.state = state
        self.session = session
        self.now = now
        row = session_row(state, session, now)
        assert row is not None
        self.row = row
        self.clocks: dict[str, TimerRow] = {
            clock.name: clock for clock in timer_rows(state, session, now)
        }
        self.lamps: dict[str, Lamp] = {lamp.name: lamp for lamp in lamps_of(state, session, now)}

    @property
    def has_row(self) -> bool:
        """The lamp of its row is alive."""
        return self.lamps["store row"].how == ALIVE

    def check(self) -> Iterator[str]:
        """Yield every contradiction between the panes of this session."""
        yield from self.check_ladder()
        yield from self.check_cookies()
        yield from self.check_row()
        yield from self.check_json()
        yield from self.check_origins()

    def runs(self, name: str) -> bool:
        """Check whether a clock is drawn as one that runs."""
        clock = self.clocks[name]
        return not clock.is_past and not clock.is_stopped

    def is_of_some(self, name: str) -> bool:
        """Check for a clock that a rule takes from some of the cookies: another may live on."""
        return name == "cookie" and name in self.clocks and self.clocks[name].origin == "rule"

    def is_of_copy(self, name: str) -> bool:
        """Check for the end inside a copy that is accepted: the browser's own cookie is dead."""
        return name == "sealed" and is_copy_accepted(self.state.sessions[self.session].ended)

    def check_ladder(self) -> Iterator[str]:
        for name, lamp in LAMP_OF.items():
            is_dead = self.lamps[lamp].how == "○ dead"
            is_dead = is_dead and not self.is_of_copy(name)
            if name in self.clocks and is_dead and self.runs(name):
                yield f"{lamp} is dead, and the {name} clock runs"
            is_alive = self.lamps[lamp].how == ALIVE and name != "sealed"
            is_alive = is_alive and not self.is_of_some(name)
            if name in self.clocks and is_alive and not self.runs(name):
                yield f"{lamp} is alive, and the {name} clock is over"
        yield from self.check_life()

    def check_life(self) -> Iterator[str]:
        for name in OF_THE_SESSION:
            if name in self.clocks and self.row.life != "live" and self.runs(name):
                yield f"the session is {self.row.life}, and the {name} clock runs"
        if self.row.life == "live":
            over = [c.name for c in self.clocks.values() if c.is_past and c.ends_session]
            if over:
                yield f"the session is live, and {over} are over"
        if bool(self.row.reason) == (self.row.life == "live"):
            yield f"the session is {self.row.life}, because {self.row.reason!r}"

    def check_cookies(self) -> Iterator[str]:
        rows = cookie_rows(self.state, self.session, self.now)
        live = [row.name for row in rows if row.is_alive]
        how = self.lamps["cookie"].how
        if rows and (how == ALIVE) != bool(live):
            yield f"the cookie pane has {live}, the lamp says {how}"
        if self.row.cookies != len(live):
            yield f"the list counts {self.row.cookies} cookies, the pane {live}"
        detail = {f.label for f in sealed_fields(self.state, self.session, self.now)}
        if not set(live) <= detail:
            yield f"the details leave out {set(live) - detail}"

    def check_row(self) -> Iterator[str]:
        fields = store_fields(self.state, self.session, self.now)
        row = next((field.value for field in fields if field.label == "row"), "none")
        if self.has_row != (row == "there"):
            yield f"the store pane says {row!r}, the lamp {self.lamps['store row'].how}"

    def check_json(self) -> Iterator[str]:
        told = json.loads(session_json(self.state, self.session, self.now))
        if told["life"] != self.row.life:
            yield f"JSON says {told['life']}, the list {self.row.life}"
        for name, fact in told["facts"].items():
            if (fact["is_alive"] is True) != (self.lamps[name].how == ALIVE):
                yield f"JSON says {fact} of the {name}, the lamp {self.lamps[name].how}"
        clocks = {clock["name"]: clock for clock in told["clocks"]}
        if {name: c["ends"] for name, c in clocks.items()} != {
            name: c.ends for name, c in self.clocks.items()
        }:
            yield "JSON and the ladder have other clocks"

    def check_origins(self) -> Iterator[str]:
        named = [self.row.origin, *(c.origin for c in self.clocks.values())]
        if not {*named, *(lamp.origin for lamp in self.lamps.values())} <= ORIGINS:
            yield "a fact does not say where it is from"


def _count_rows(fields: tuple[Field, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for field in fields:
        name = field.key.removeprefix("kind ")
        if field.key.startswith("kind ") and name in ("live", "expired, not deleted"):
            counts[name] = int(field.value.split()[0])
    return counts

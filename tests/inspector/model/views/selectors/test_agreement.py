"""Random histories, of the lab and of an app: no two panes contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from session_inspector.devserver.core.events.base import Kind, Origin
from session_inspector.devserver.core.events.exchange import CookieSet, CookiesForgotten
from session_inspector.devserver.core.events.login import (
    ProviderSessionEnded,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.server import (
    NO_STORE,
    ClockMoved,
    ServerStarted,
    StoreStateChanged,
)
from session_inspector.devserver.core.events.session import (
    ClockForced,
    CookieLeft,
    LeftOutcome,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.agreement import disagreements
from tests.inspector.model.events import answered
from tests.inspector.sample import (
    NOW,
    cookie,
    login,
    seen_as_visitor,
    server,
    started,
    swept,
    written,
)

HOUR = 3600.0
DAY = 86_400.0
Asked: TypeAlias = tuple[str, float]


class History:
    """Events of one session as somebody's clicks would make them, in any order."""

    def __init__(self, kind: Kind, *, is_app: bool, has_store: bool) -> None:
        self.kind: Kind = kind
        self.is_app = is_app
        self.now = NOW
        self.offset = 0.0
        self._number = 1
        self._seq = 0
        self.state = State()
        self._add(_start(is_app=is_app, has_store=has_store))
        self._add(*login("a", self.now, 1, "Chrome" if is_app else "lab:a", kind=kind))

    def step(self, what: str, amount: float) -> None:
        """Do one thing a moment later."""
        self.now += 1 + amount
        self._number += 1
        self._add(*STEPS[what](self, f"x{self._number}"))

    def _add(self, *events: Event) -> None:
        for event in events:
            self._seq += 1
            object.__setattr__(event, "seq", self._seq)
        self.state = fold(self.state, events)


def _start(*, is_app: bool, has_store: bool) -> ServerStarted:
    store = "sqlite://:memory:"
    if not has_store:
        store = "" if is_app else NO_STORE
    upstream = "http://localhost:3000" if is_app else ""
    return replace(server(), store=store, upstream=upstream)


def _request(history: History, cause: str) -> Event:
    return started(cause, history.now, "/protected", "Chrome" if history.is_app else "lab:a")


def _loaded(history: History, cause: str) -> list[Event]:
    origin: Origin = "rule" if history.is_app else "told"
    found = SessionLoaded(at=history.now, cause=cause, session="a", sub="u", origin=origin)
    return [_request(history, cause), found]


def _rolled(history: History, cause: str) -> list[Event]:
    again = written("a", history.now, cause, reason="roll", kind=history.kind, created=NOW)
    return [*_loaded(history, cause), again, cookie("a", history.now, cause)]


def _refused(code: str, origin: Origin = "told") -> Callable[[History, str], list[Event]]:
    def refuse(history: History, cause: str) -> list[Event]:
        event = SessionRefused(
            at=history.now, cause=cause, session="a", code=code, reason="why", origin=origin
        )
        return [_request(history, cause), event]

    return refuse


def _seen(history: History, cause: str) -> list[Event]:
    facts = written("a", history.now, "", kind=history.kind, created=NOW).facts
    return [SessionSeen(at=history.now, session="a", facts=facts)]


def _seen_of_visitor(history: History, cause: str) -> list[Event]:
    return [replace(seen_as_visitor("a", history.now, history.kind), cause="")]


def _destroyed(reason: str) -> Callable[[History, str], list[Event]]:
    def destroy(history: History, cause: str) -> list[Event]:
        end = SessionDestroyed(at=history.now, cause=cause, session="a", reason=reason)  # type: ignore[arg-type]  # a literal
        return [_request(history, cause), end]

    return destroy


def _logout(history: History, cause: str) -> list[Event]:
    names = [line.name for line in history.state.sessions["a"].cookies.values()]
    deletions = [swept("a", history.now, cause, name) for name in names]
    return [*_destroyed("logout")(history, cause), *deletions]


def _useless_deletion(history: History, cause: str) -> list[Event]:
    line = swept("a", history.now, cause, "__session")
    assert isinstance(line, CookieSet)
    return [_request(history, cause), replace(line, path="/elsewhere")]


def _travel(by: float) -> Callable[[History, str], list[Event]]:
    def travel(history: History, cause: str) -> list[Event]:
        history.now += by
        history.offset += by
        return [ClockMoved(at=history.now, cause=cause, by=by, offset=history.offset)]

    return travel


def _replaced(history: History, cause: str) -> list[Event]:
    new = written("b", history.now, cause, kind=history.kind)
    request = _request(history, cause)
    return [request, replace(new, previous="a"), cookie("b", history.now, cause)]


def _accepted(history: History, cause: str) -> list[Event]:
    found = SessionLoaded(at=history.now, cause=cause, session="a", sub="u", origin="seen")
    return [_request(history, cause), found]


def _answered(history: History, cause: str) -> list[Event]:
    return [_request(history, cause), answered("a", history.now, cause)]


def _shown_again(history: History, cause: str) -> list[Event]:
    again = SessionShownAgain(
        at=history.now,
        cause=cause,
        session="a",
        ended="logout",
        ended_by="x1",
        ended_at=NOW,
        outcome="accepted",
    )
    return [_request(history, cause), again]


def _left(outcome: LeftOutcome) -> Callable[[History, str], list[Event]]:
    def leave(history: History, cause: str) -> list[Event]:
        left = CookieLeft(
            at=history.now,
            cause=cause,
            session="a",
            names=("__session",),
            deleted=(),
            left_by=cause,
            left_at=history.now,
            outcome=outcome,
        )
        return [_request(history, cause), left]

    return leave


STEPS: Mapping[str, Callable[[History, str], Sequence[Event]]] = {
    "request": _loaded,
    "roll": _rolled,
    "refused: gone": _refused("gone"),
    "refused: inactivity": _refused("inactivity"),
    "refused: revoked": _refused("revoked"),
    "refused: damaged": _refused("ERR_JWE_INVALID"),
    "refused: 401": _refused("401"),
    "refused by the app: 401": _refused("401", "seen"),
    "answered at another page": _answered,
    "accepted again": _accepted,
    "shown again": _shown_again,
    "logout without a deletion": _left("unknown"),
    "logout in vain": _left("accepted"),
    "row seen": _seen,
    "seen to be a visitor's": _seen_of_visitor,
    "row vanished": lambda h, c: [SessionVanished(at=h.now, session="a", reason="deleted")],
    "revoke": _destroyed("revoked"),
    "back-channel": _destroyed("back-channel"),
    "logout": _logout,
    "useless deletion": _useless_deletion,
    "replaced": _replaced,
    "forget": lambda h, c: [
        CookiesForgotten(at=h.now, cause=c, session="a", client="lab:a", names=("__session",))
    ],
    "expire inactivity": lambda h, c: [ClockForced(at=h.now, session="a", clock="inactivity")],
    "expire token": lambda h, c: [ClockForced(at=h.now, session="a", clock="access_token")],
    "resurrect": lambda h, c: [
        SessionResurrected(
            at=h.now, session="a", destroyed_by="x", destroyed_at=h.now, reason="late"
        )
    ],
    "token revoked": lambda h, c: [
        TokenRevoked(at=h.now, token="refresh", digest=Secret.of("v1.sid-a").digest)
    ],
    "token reused": lambda h, c: [
        TokenRefused(
            at=h.now,
            token="refresh",
            digest=Secret.of("v1.sid-a").digest,
            code="refresh_reused",
            reason="again",
        )
    ],
    "provider logout": lambda h, c: [ProviderSessionEnded(at=h.now, sub="u", sid="sid-a")],
    "store away": lambda h, c: [StoreStateChanged(at=h.now, store="s", is_up=False, reason="r")],
    "a day on": _travel(DAY + HOUR),
    "a day back": _travel(-DAY - HOUR),
    "a month on": _travel(40 * DAY),
    "a month back": _travel(-40 * DAY),
}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.sampled_from(("stateful", "stateless")),
    st.booleans(),
    st.booleans(),
    st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from((0.0, HOUR, 2 * DAY))),
        max_size=12,
    ),
)
def test_all_panes_agree(kind: Kind, is_app: bool, has_store: bool, steps: list[Asked]) -> None:
    history = History(kind, is_app=is_app, has_store=has_store)
    assert disagreements(history.state, history.now) == []
    for what, amount in steps:
        history.step(what, amount)
        assert disagreements(history.state, history.now) == [], what

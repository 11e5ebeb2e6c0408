"""Each alarm is raised by what it is about, and by nothing else."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.base import CookieSeen, Kind, SessionFacts, WriteReason
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded, TokenRefused
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionResurrected, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.words.explanations import EXPLANATIONS, AlarmKind

PRIVATE = "private, no-store"


def started(exchange: str, *cookies: tuple[str, int], size: int = 0) -> ExchangeStarted:
    seen = tuple(CookieSeen(name=name, size=count) for name, count in cookies)
    return ExchangeStarted(
        at=1,
        cause=exchange,
        exchange=exchange,
        method="GET",
        path="/",
        client="lab:a",
        cookies=seen,
        cookie_bytes=size or sum(count for _, count in cookies),
    )


def ended(exchange: str, cache: str = PRIVATE) -> ExchangeEnded:
    return ExchangeEnded(
        at=2, cause=exchange, exchange=exchange, status=200, duration=0.1, cache_control=cache
    )


def cookie(exchange: str, name: str = "__session", **more: object) -> CookieSet:
    given = {"size": 100, "session": "s", **more}
    return CookieSet(
        at=2,
        cause=exchange,
        exchange=exchange,
        name=name,
        value=Secret.of("v"),
        line_size=120,
        **given,  # type: ignore[arg-type]  # by name
    )


def written(
    cause: str, token: str, reason: WriteReason = "refresh", kind: Kind = "stateless"
) -> SessionWritten:
    facts = SessionFacts(kind=kind, sub="u", data={"tokenSet": {"accessToken": token}})
    return SessionWritten(at=2, cause=cause, session="s", reason=reason, facts=facts)


def state_of(*events: Event) -> State:
    state = State()
    for number, event in enumerate(events, 1):
        object.__setattr__(event, "seq", number)  # as the journal numbers them
        state = fold(state, [event])
    return state


def kinds(*events: Event) -> list[AlarmKind]:
    state = state_of(*events)
    shown = [field for field in alarm_fields(state) if "⚠ " in str(field.lead) and field.depth == 0]
    assert len(shown) == len(state.alarms.raised)
    return [alarm.kind for alarm in state.alarms.raised]


def test_every_kind_is_explained_with_a_fix() -> None:
    assert all(told.why and told.fix for told in EXPLANATIONS.values())


def test_resurrection_and_reuse_and_a_store_that_goes() -> None:
    risen = SessionResurrected(at=2, session="s", destroyed_by="x1", destroyed_at=1, reason="r")
    reused = TokenRefused(at=2, token="refresh", digest="d", code="refresh_reused", reason="r")
    other = TokenRefused(at=2, token="refresh", digest="d", code="invalid_grant", reason="r")
    away = StoreStateChanged(at=2, store="s", is_up=False, reason="r")
    back = StoreStateChanged(at=2, store="s", is_up=True)
    assert kinds(risen, reused, other, away, back) == [
        "resurrection",
        "refresh reuse",
        "store away",
    ]


def test_putting_back_what_another_changed_is_a_lost_update() -> None:
    first = written("a", "old", "login")
    assert kinds(first, written("b", "new"), written("c", "old", "roll")) == ["lost update"]
    # it read what the other had written, and changed it on
    assert kinds(first, written("b", "new"), written("c", "newer")) == []
    # it writes the same, or the same request changes its mind
    assert kinds(first, written("b", "new"), written("c", "new", "roll")) == []
    assert kinds(first, written("b", "new"), written("b", "old")) == []
    # of the writes of one response only the last one reaches the browser
    response = (started("c"), written("c", "old", "roll"), written("c", "new"), ended("c"))
    assert kinds(first, written("b", "new"), *response) == []
    late = (started("c"), written("c", "old", "roll"), ended("c"))
    assert kinds(first, written("b", "new"), *late) == ["lost update"]
    # a stateful roll moves the row's end, and writes nothing back
    assert kinds(first, written("b", "new"), written("c", "old", "roll", "stateful")) == []


def test_a_session_cookie_on_a_cacheable_response() -> None:
    assert kinds(started("a"), cookie("a"), ended("a", "public, max-age=60")) == ["cacheable"]
    assert kinds(started("a"), cookie("a"), ended("a", "")) == ["cacheable"]
    assert kinds(started("a"), cookie("a"), ended("a")) == []
    assert kinds(started("a"), cookie("a", session=""), ended("a", "")) == []


def test_three_logins_in_ten_seconds_are_a_loop() -> None:
    def login(at: float) -> LoginStarted:
        return LoginStarted(at=at, cause="a", login=f"l{at}", transaction_cookie="__txn_x")

    done = LoginSucceeded(at=2, cause="a", login="l", sub="u")
    assert kinds(started("a"), login(1), login(2), login(3)) == ["redirect loop"]
    assert kinds(started("a"), login(1), login(2), done, login(3)) == []
    assert kinds(started("a"), login(1), login(2), login(30)) == []


def test_a_deletion_that_misses_the_live_cookie() -> None:
    live = cookie("a", path="/app")
    gone = cookie("b", is_deletion=True, size=0)
    assert kinds(started("a"), live, started("b"), gone) == ["useless deletion"]
    hit = cookie("b", is_deletion=True, size=0, path="/app")
    assert kinds(started("a"), live, started("b"), hit) == []


def test_sizes() -> None:
    assert kinds(started("a"), cookie("a", size=4096)) == ["cookie too large"]
    assert kinds(started("a", ("x", 9000))) == ["header too large"]
    assert kinds(started("a", ("x", 9000)), started("b", ("x", 9000))) == ["header too large"]


def test_chunks() -> None:
    assert kinds(started("a", ("s__0", 1), ("s__2", 1))) == ["missing chunk"]
    assert kinds(started("a", ("s", 1), ("s__0", 1))) == ["mixed chunks"]
    assert kinds(started("a", ("s__0", 1), ("s__1", 1))) == []
    wrote = (started("a"), cookie("a", "s__0"), ended("a"))
    assert kinds(*wrote, started("b", ("s__0", 1), ("s__1", 1))) == ["orphan chunk"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("__session__0", "__session__2"),
        ("appSession.0", "appSession.2"),
        ("_a0_session_0", "_a0_session_2"),
        ("_oauth2_proxy_0", "_oauth2_proxy_2"),
    ],
)
def test_each_chunk_rule_has_its_alarms(first: str, last: str) -> None:
    assert kinds(started("a", (first, 4000), (last, 9))) == ["missing chunk"]
    assert kinds(started("a", (last, 9))) == ["missing chunk"]
    assert kinds(started("a", (first, 4000))) == []
    wrote = (started("a"), cookie("a", first), ended("a"))
    assert kinds(*wrote, started("b", (first, 4000), (first[:-1] + "1", 9))) == ["orphan chunk"]


def test_a_number_behind_an_underscore_is_a_chunk_only_with_evidence() -> None:
    assert kinds(started("a", ("step_2", 4))) == []
    assert kinds(started("a", ("step", 4), ("step_1", 4))) == []
    assert kinds(started("a", ("my_session_1", 4000))) == ["missing chunk"]

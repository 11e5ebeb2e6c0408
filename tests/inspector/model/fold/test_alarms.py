"""Each alarm is raised by what it is about, and by nothing else."""

from __future__ import annotations

from typing import Literal

import pytest

from session_inspector.devserver.core.events.base import CookieSeen, Kind, SessionFacts, WriteReason
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    EqualCookiesSeen,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded, TokenRefused
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionResurrected,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.decoders.traits import WhichIsRead
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
    # what a person puts back is meant
    assert kinds(first, written("b", "new"), written("c12", "old")) == []
    # a stateful roll moves the row's end, and writes nothing back
    assert kinds(first, written("b", "new"), written("c", "old", "roll", "stateful")) == []


def test_three_logins_in_ten_seconds_are_a_loop() -> None:
    def login(at: float) -> LoginStarted:
        return LoginStarted(at=at, cause="a", login=f"l{at}", transaction_cookie="__txn_x")

    done = LoginSucceeded(at=2, cause="a", login="l", sub="u")
    assert kinds(started("a"), login(1), login(2), login(3)) == ["redirect loop"]
    assert kinds(started("a"), login(1), login(2), done, login(3)) == []
    assert kinds(started("a"), login(1), login(2), login(30)) == []


def test_sizes() -> None:
    large = (started("a"), cookie("a", size=4096), cookie("a", "b", size=5000), ended("a"))
    assert kinds(*large) == ["cookie too large"]
    assert kinds(started("a"), cookie("a", size=4087), ended("a")) == []
    assert kinds(started("a", ("x", 9000))) == ["header too large"]
    assert kinds(started("a", ("x", 8190))) == []
    assert kinds(started("a", ("x", 9000)), started("b", ("x", 9000))) == ["header too large"]


def test_one_response_raises_one_alarm_of_a_kind_and_equal_ones_are_counted() -> None:
    def response(name: str) -> list[Event]:
        return [started(name), cookie(name, "a"), cookie(name, "b"), ended(name, "")]

    state = state_of(*response("x1"), *response("x2"), *response("x3"))
    (alarm,) = state.alarms.raised
    assert (alarm.kind, alarm.count, alarm.cause) == ("cacheable", 3, "x1")
    assert alarm.text == "a, b are set by the 200 response to GET / with no Cache-Control"
    shown = [field.value for field in alarm_fields(state)]
    assert shown[0].endswith("with no Cache-Control (seen 3 times)")


def test_equal_names_are_an_alarm_with_the_one_that_is_read_and_the_cause() -> None:
    def seen(reads: WhichIsRead, family: str = "") -> EqualCookiesSeen:
        return EqualCookiesSeen(
            at=3,
            cause="c",
            exchange="c",
            name="sid",
            digests=("a" * 12, "b" * 12),
            reads=reads,
            family=family,
        )

    made = (
        started("a"),
        cookie("a", "sid", path="/"),
        ended("a"),
        started("b"),
        cookie("b", "sid", path="/app"),
        ended("b"),
    )
    (alarm,) = state_of(*made, started("c"), seen("first", "express-session")).alarms.raised
    assert alarm.kind == "equal names"
    assert alarm.text == (
        "lab:a sends sid 2 times (#aaaaaa, #bbbbbb); express-session reads the first, #aaaaaa;"
        " set with Path=/ by a, and with Path=/app by b"
    )
    (alarm,) = state_of(started("c"), seen("last", "django")).alarms.raised
    assert alarm.text == (
        "lab:a sends sid 2 times (#aaaaaa, #bbbbbb); django reads the last, #bbbbbb; two paths, or"
        " the host and a domain above it"
    )
    (alarm,) = state_of(started("c"), seen("")).alarms.raised
    assert "which one the app reads is not known" in alarm.text
    assert kinds(started("c", ("sid", 1), ("sid2", 1))) == []


def test_a_reused_cookie_is_an_alarm_that_says_what_became_of_the_session() -> None:
    def reused(outcome: Literal["ended", "refused", "accepted"], parallel: bool) -> CookieReused:
        return CookieReused(
            at=4,
            cause="x3",
            session="s",
            name="rt",
            digest="d" * 12,
            replaced_by="x2",
            replaced_at=2,
            is_parallel=parallel,
            outcome=outcome,
            status=401,
        )

    beside = replace(reused("refused", True), cause="x4")
    (alarm,) = state_of(reused("ended", True), beside).alarms.raised
    assert (alarm.kind, alarm.count) == ("refresh reuse", 2)
    (alarm,) = state_of(reused("ended", True), reused("refused", True)).alarms.raised
    assert alarm.count == 1, "the same, as more is known of it"
    assert alarm.text.startswith("the app refused it (401): ")
    (alarm,) = state_of(reused("ended", False)).alarms.raised
    assert alarm.text == (
        "the app ended the session, its cookies were deleted (401):"
        " rt #dddddd was presented again, 2.0 s after x2 had replaced it"
    )


def test_chunks() -> None:
    assert kinds(started("a", ("s__0", 1), ("s__2", 1))) == ["missing chunk"]
    assert kinds(started("a", ("s", 1), ("s__0", 1))) == ["mixed chunks"]
    assert kinds(started("a", ("s__0", 1), ("s__1", 1))) == []
    wrote = (started("a"), cookie("a", "s__0"), ended("a"))
    shorter = (started("b"), cookie("b", "s__0"), ended("b"))
    longer = (started("a"), cookie("a", "s__0"), cookie("a", "s__1"), ended("a"))
    assert kinds(*longer, *shorter, started("c", ("s__0", 1), ("s__1", 1))) == ["orphan chunk"]
    assert kinds(*longer, started("c", ("s__0", 1), ("s__1", 1))) == []
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

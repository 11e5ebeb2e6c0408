"""Every clock on one axis, which comes first, and which disagree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import COOKIES_BESIDE, Timer, TimerName
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.ladder import LABELS, axis_marks, share_of, timer_rows
from tests.inspector.model.events import started
from tests.inspector.sample import NOW, sample_events, written

STATE = fold(State(), sample_events())


def test_the_ladder_is_ordered_and_marks_one_end() -> None:
    rows = timer_rows(STATE, "alice", NOW)
    assert [row.name for row in rows] == [
        "access_token",
        "inactivity",
        "cookie",
        "sealed",
        "store",
        "absolute",
        "provider",
        "refresh_token",
    ]
    assert [row.name for row in rows if row.is_first] == ["inactivity"]
    assert all(0 < row.share <= 1 for row in rows)
    assert rows[-1].share == 1.0


def test_a_forced_clock_ends_when_it_was_forced() -> None:
    forced = next(row for row in timer_rows(STATE, "dave", NOW) if row.name == "inactivity")
    assert (forced.ends, forced.is_forced, forced.is_past) == (NOW - 360, True, True)
    assert forced.left == "over, 6 min ago"


def test_no_clock_ends_what_was_revoked() -> None:
    assert not any(row.is_first for row in timer_rows(STATE, "carol", NOW))


def test_an_unknown_session_has_no_ladder_and_no_cookies() -> None:
    assert (timer_rows(STATE, "x", NOW), cookie_rows(STATE, "x", NOW)) == ((), ())


def test_the_axis_is_logarithmic_from_now_to_the_furthest() -> None:
    assert [share_of(left, 1000.0) for left in (0, -5, 1000, 2000)] == [0.0, 0.0, 1.0, 1.0]
    marks = axis_marks(timer_rows(STATE, "alice", NOW), NOW)
    assert [label for _, label in marks] == ["1 min", "1 h", "1 d", "7 d"]
    assert sorted(share for share, _ in marks) == [share for share, _ in marks]


def ladder(**ends: float) -> dict[str, str]:
    """Labels to notes of a session whose clocks end so many seconds from now."""
    made = written("alice", NOW, "x1")
    timers = tuple(
        Timer(name=name, ends=NOW + ends[name], ends_session=name in ("sealed", "inactivity"))
        for name in LABELS
        if name in ends
    )
    made = replace(made, facts=replace(made.facts, timers=timers, sid=""))
    return {row.name: row.note for row in timer_rows(fold(State(), [made]), "alice", NOW)}


@pytest.mark.parametrize(
    ("name", "ends", "said"),
    [
        ("cookie", 90_000, "lives 1 h longer than the sealed exp: it is still sent, and refused"),
        (
            "cookie",
            99_999_999_999,
            "⚠ lives longer than the sealed exp: it is still sent, and refused",
        ),
        ("cookie", 82_800, "lives 1 h shorter than the sealed exp: the browser deletes the cookie"),
        ("store", 1_296_000, "longer than the sealed exp: the row is unused from then on"),
        ("store", 43_200, "shorter than the sealed exp: the cookie is valid, and its session"),
        ("refresh_token", 3_600, "before the session: from then on there is no new access token"),
    ],
)
def test_a_clock_that_disagrees_says_what_that_means(
    name: TimerName, ends: float, said: str
) -> None:
    note = ladder(**{"sealed": 86_400, name: ends})[name]
    assert note.startswith("⚠ ")
    assert said in note


@pytest.mark.parametrize(
    ("name", "beside", "said"),
    [
        (
            "remember_token",
            {"remember_token": "POST /login"},
            "remember_token, which may bring the session back after the sealed exp",
        ),
        (
            "session",
            {"remember_token": "POST /login"},
            "⚠ lives 1 h longer than the sealed exp: it is still sent, and refused",
        ),
    ],
    ids=["beside it", "its own"],
)
def test_a_cookie_beside_the_sealed_one_may_bring_the_session_back(
    name: str, beside: dict[str, Shown], said: str
) -> None:
    made = written("alice", NOW, "x1")
    timers = (
        Timer(name="sealed", ends=NOW + 3600, ends_session=True),
        Timer(name="cookie", ends=NOW + 3600),
    )
    data: dict[str, Shown] = {COOKIES_BESIDE: beside}
    made = replace(made, facts=replace(made.facts, timers=timers, data=data, sid=""))
    line = CookieSet(
        at=NOW,
        cause="x1",
        session="alice",
        exchange="x1",
        name=name,
        value=Secret.of("v"),
        size=1,
        line_size=9,
        max_age=7200,
        path="/",
    )
    state = fold(State(), [started("x1"), made, line])
    (row,) = (row for row in timer_rows(state, "alice", NOW) if row.name == "cookie")
    assert row.note == said


@pytest.mark.parametrize("name", ["sealed", "inside"])
def test_an_end_by_a_clock_that_is_off_says_so(name: TimerName) -> None:
    made = written("alice", NOW, "x1")
    timer = Timer(name=name, ends=NOW + 60, ends_session=True, clock_offset=-90)
    state = fold(State(), [replace(made, facts=replace(made.facts, timers=(timer,)))])
    (row,) = (row for row in timer_rows(state, "alice", NOW) if row.name == name)
    assert row.note == "⚠ counted by the app's clock, which is 90 s behind this machine's"


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (60.0, "⚠ ends 59 min before the session: "),
        (3600.0, ""),
        (None, "⚠ the session has no end: "),
    ],
)
def test_a_token_beside_the_session_says_which_and_what_its_end_means(
    ends: float | None, said: str
) -> None:
    made = written("alice", NOW, "x1")
    last = 3600.0 if ends else None
    token = Timer(name="access_token", ends=NOW + (ends or 60), where="access")
    cookie = Timer(name="cookie", ends=last and NOW + last, ends_session=last is not None)
    facts = replace(made.facts, timers=(cookie, token), sid="")
    state = fold(State(), [replace(made, facts=facts)])
    (row,) = [row for row in timer_rows(state, "alice", NOW) if row.name == "access_token"]
    assert row.note == f"{said}what needs the token in access is refused from then on"
    assert (row.origin, row.evidence) == ("inside", "exp of the token in the cookie access")
    assert not row.is_first


def test_clocks_within_two_seconds_agree() -> None:
    assert not any(
        note.startswith("⚠") for note in ladder(sealed=100, cookie=102, store=98).values()
    )


def test_all_nine_clocks_are_on_the_ladder() -> None:
    assert len(LABELS) == 9
    assert set(ladder(**dict.fromkeys(LABELS, 60.0))) == set(LABELS)


def test_an_assumed_end_is_named_so_and_no_clock_disagrees_with_it() -> None:
    made = written("alice", NOW, "x1")
    assumed = Timer(
        name="sealed", ends=NOW + 90_000, ends_session=True, rule="by default", is_assumed=True
    )
    timers = (assumed, Timer(name="cookie", ends=NOW + 60, ends_session=True))
    state = fold(State(), [replace(made, facts=replace(made.facts, timers=timers))])
    rows = {row.name: row for row in timer_rows(state, "alice", NOW)}
    clock = rows["sealed"]
    assert (clock.label, clock.note, clock.origin, clock.evidence) == (
        "assumed end",
        "by default",
        "rule",
        "by default",
    )
    assert "⚠" not in rows["cookie"].note

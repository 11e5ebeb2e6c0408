"""After a session nothing of it should live on; clocks that disagree are sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.login import ProviderSessionEnded, TokenRevoked
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.keeping import header_bytes, verdicts_of
from session_inspector.inspector.model.views.ladder import LABELS, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.inspector.sample import NOW, cookie, login, server, swept, written

HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]


def lamps(*events: Event) -> dict[str, tuple[str, str]]:
    state = fold(State(), [*HERE, *events])
    return {name: (how, tone) for name, how, tone in lamps_of(state, "alice", NOW)}


def test_a_live_session_has_four_lamps() -> None:
    alive = ("● alive", "good")
    assert lamps() == dict.fromkeys(
        ("cookie", "store row", "refresh token", "provider session"), alive
    )


def test_after_a_whole_logout_all_are_dead() -> None:
    digest = Secret.of("v1.sid-alice").digest
    found = lamps(
        SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"),
        swept("alice", NOW, "x2", "__session"),
        TokenRevoked(at=NOW, cause="x2", token="refresh", digest=digest),
        ProviderSessionEnded(at=NOW, sub="local|alice", sid="sid-alice"),
    )
    assert set(found.values()) == {("○ dead", "good")}


def test_what_outlives_a_logout_is_red() -> None:
    found = lamps(SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"))
    assert found["store row"] == ("○ dead", "good")
    assert {name for name, (_, tone) in found.items() if tone == "bad"} == {
        "cookie",
        "refresh token",
        "provider session",
    }


def test_nobody_has_no_lamps() -> None:
    assert lamps_of(State(), "nobody", NOW) == ()


def test_browsers_that_drop_the_cookie_are_named() -> None:
    secure = cookie("alice", NOW, "x2")
    assert isinstance(secure, CookieSet)
    state = fold(State(), [*HERE, replace(secure, secure=True)])
    said = [text for text, _ in verdicts_of(state, "alice")]
    assert any(text.startswith("Safari DROPS it: Secure on http") for text in said)
    assert "Chrome, Firefox keep it" in said
    assert header_bytes(state, "alice") == 169
    assert (verdicts_of(state, "nobody"), header_bytes(state, "nobody")) == ((), 0)


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
        ("cookie", 90_000, "lives 1 h longer than the sealed exp: it is sent on and on"),
        ("cookie", 82_800, "lives 1 h shorter than the sealed exp: the browser forgets"),
        ("store", 1_296_000, "longer than the sealed exp: a row that nobody can use"),
        ("store", 43_200, "shorter than the sealed exp: the cookie is good, and its session"),
        ("refresh_token", 3_600, "before the session: from then on no access token"),
    ],
)
def test_a_clock_that_disagrees_says_what_that_means(
    name: TimerName, ends: float, said: str
) -> None:
    note = ladder(**{"sealed": 86_400, name: ends})[name]
    assert note.startswith("⚠ ")
    assert said in note


def test_clocks_within_two_seconds_agree() -> None:
    assert not any(
        note.startswith("⚠") for note in ladder(sealed=100, cookie=102, store=98).values()
    )


def test_all_nine_clocks_are_on_the_ladder() -> None:
    assert len(LABELS) == 9
    assert set(ladder(**dict.fromkeys(LABELS, 60.0))) == set(LABELS)

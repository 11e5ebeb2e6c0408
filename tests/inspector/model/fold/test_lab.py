"""What concerns the lab as a whole: its address, store, clock, and the app behind it."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.login import KnobsTurned
from session_inspector.devserver.core.events.server import (
    AppAddressSeen,
    CarrierSwitched,
    ClockMoved,
    StoreStateChanged,
    UpstreamStateChanged,
)
from session_inspector.inspector.model.facts.state import LabState
from session_inspector.inspector.model.fold.lab import fold_lab
from tests.inspector.sample import NOW, server

STARTED = LabState(
    base_url="http://127.0.0.1:3000",
    issuer="http://localhost:3001/",
    store="sqlite://:memory:",
    users=("local|alice", "local|bob"),
)


def test_a_started_server_is_the_whole_lab() -> None:
    before = LabState(offset=5, knobs=("wrong nonce",), upstream="http://localhost:1")
    assert fold_lab(before, server(NOW)) == STARTED


def test_a_server_that_started_after_time_travel_has_an_offset() -> None:
    assert fold_lab(LabState(), replace(server(NOW), wall=NOW - 60)).offset == 60
    assert fold_lab(LabState(), replace(server(NOW), wall=0)).offset == 0, (
        "an old recording has none"
    )


def test_a_policy_that_is_not_known_changes_nothing_and_a_told_one_counts() -> None:
    unknown = replace(server(NOW), rolling=None, inactivity=None, absolute=None)
    assert fold_lab(LabState(), unknown) == STARTED
    told = fold_lab(LabState(), replace(unknown, rolling=False, inactivity=60, absolute=90))
    assert (told.rolling, told.inactivity, told.absolute) == (False, 60, 90)


def test_a_store_goes_away_and_comes_back() -> None:
    gone = StoreStateChanged(at=NOW, store="s", is_up=False, reason="locked", has_more=True)
    away = fold_lab(STARTED, gone)
    assert away == replace(STARTED, is_store_up=False, store_reason="locked", has_more=True)
    assert fold_lab(away, StoreStateChanged(at=NOW, store="s", is_up=True)) == STARTED


def test_how_a_store_is_watched_stays_until_it_is_said_anew() -> None:
    seen = StoreStateChanged(at=NOW, store="s", is_up=True, watched_by="polling", commands=2.0)
    lab = fold_lab(STARTED, seen)
    assert (lab.store_watched, lab.store_commands) == ("polling", 2.0)
    back = fold_lab(lab, StoreStateChanged(at=NOW, store="s", is_up=True))
    assert (back.store_watched, back.store_commands) == ("polling", 2.0)


def test_another_carrier_is_a_store_that_answers() -> None:
    away = replace(STARTED, is_store_up=False)
    switched = CarrierSwitched(at=NOW, kind="stateless", store="")
    assert fold_lab(away, switched) == replace(STARTED, kind="stateless", store="")


def test_clock_knobs_and_upstream_are_what_was_last_seen() -> None:
    assert fold_lab(LabState(), ClockMoved(at=NOW, by=1, offset=7)) == LabState(offset=7)
    assert fold_lab(LabState(), KnobsTurned(at=NOW, told=("a", "b"))) == LabState(knobs=("a", "b"))
    down = UpstreamStateChanged(at=NOW, upstream="u", is_up=False, reason="refused")
    assert fold_lab(LabState(), down) == LabState(is_upstream_up=False, upstream_reason="refused")
    unusable = replace(down, is_unusable=True)
    assert fold_lab(LabState(), unusable).is_upstream_unusable
    back = UpstreamStateChanged(at=NOW, upstream="u", is_up=True)
    assert fold_lab(fold_lab(LabState(), unusable), back) == LabState()


def test_the_address_is_the_host_that_logins_return_to() -> None:
    seen = AppAddressSeen(at=NOW, base_url="http://localhost:4000")
    assert fold_lab(STARTED, seen) == replace(STARTED, base_url="http://localhost:4000")

"""What the header shows of the lab."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.process import AppEnded, AppListening, AppStarted
from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.inspector.model.facts.rows import StatusRow
from session_inspector.inspector.model.facts.state import LabState, State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import (
    count_run_out,
)
from session_inspector.inspector.model.views.status import status
from tests.inspector.sample import NOW, sample_events

APP = AppStarted(at=NOW, command="npm run dev", pid=7)
STATE = fold(State(), sample_events())


def test_the_status_counts_and_tells_the_store() -> None:
    row = status(STATE, NOW, count_run_out(STATE, NOW))
    assert (row.live, row.over, row.is_store_up, row.offset) == (2, 2, True, "+01:00:00")
    assert row.policy == "rolling · 1 d idle · 3 d absolute"


def header(**lab: object) -> StatusRow:
    return status(State(lab=LabState(**lab)), NOW)  # type: ignore[arg-type]  # names of LabState


def test_before_the_lab_is_there_the_header_says_so() -> None:
    assert status(State(), NOW).base_url == "starting the lab …"
    heard = fold(State(), [KeysRotated(at=NOW, kid="k")])
    assert status(heard, NOW).base_url == "no lab yet"


@pytest.mark.parametrize(
    ("offset", "text"), [(0.4, ""), (60, "+00:01:00"), (-86_400, "-1 d 00:00:00")]
)
def test_time_travel_is_shown_with_its_sign(offset: float, text: str) -> None:
    assert header(offset=offset).offset == text


def test_an_app_that_is_away_is_named_with_the_reason() -> None:
    row = header(upstream="http://app", is_upstream_up=False, upstream_reason="refused")
    assert (row.upstream, row.mode, row.policy) == ("http://app AWAY: refused", "app", "")
    assert header(upstream="http://app").upstream == "http://app"


def test_the_policy_says_whether_it_rolls() -> None:
    assert header(rolling=False).policy == "not rolling · 1 d idle · 3 d absolute"


def test_a_crash_of_the_app_stays_in_the_header() -> None:
    crash = AppEnded(at=NOW, code=1, is_crash=True, last=("no database",))
    row = status(fold(State(), [APP, crash]), NOW)
    assert (row.app_lamp, row.is_upstream_up) == ("CRASHED", False)
    assert row.upstream == "CRASHED: the app crashed with exit code 1: no database"


def test_an_app_that_listens_nowhere_yet_is_starting() -> None:
    assert status(fold(State(), [APP]), NOW).app_lamp == "STARTING"
    listening = AppListening(at=NOW, upstream="http://127.0.0.1:5000", how="seen")
    row = status(fold(State(), [APP, listening]), NOW)
    assert (row.upstream, row.is_upstream_up) == ("http://127.0.0.1:5000", True)

"""What is known of the app's process after its events."""

from __future__ import annotations

from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppListensElsewhere,
    AppOutput,
    AppStarted,
)
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold

STARTED = AppStarted(at=1, command="npm run dev", pid=7, found="Next.js")
LISTENING = AppListening(at=2, upstream="http://127.0.0.1:3000", how="seen")
CRASHED = AppEnded(at=3, code=1, is_crash=True, last=("boom",))


def test_the_proxy_leads_where_the_app_listens() -> None:
    state = fold(empty(), [STARTED, LISTENING])
    assert state.app is not None
    assert (state.app.command, state.app.listening) == ("npm run dev", "http://127.0.0.1:3000")
    assert state.lab.upstream == "http://127.0.0.1:3000"


def test_an_app_that_listens_elsewhere_says_so_until_it_listens_where_it_was_said_to() -> None:
    elsewhere = AppListensElsewhere(at=2, ports=(3000,), wanted=5000)
    state = fold(empty(), [STARTED, elsewhere])
    assert state.app is not None
    assert (state.app.elsewhere, state.app.listening) == (elsewhere, "")
    state = fold(state, [LISTENING])
    assert state.app is not None
    assert state.app.elsewhere is None


def test_a_crash_is_a_state_until_the_app_is_started_again() -> None:
    state = fold(empty(), [STARTED, LISTENING, CRASHED])
    assert state.app is not None
    assert state.app.ended == CRASHED
    assert state.app.listening == ""
    again = fold(state, [AppStarted(at=4, command="npm run dev", pid=8, is_restart=True)])
    assert again.app is not None
    assert (again.app.ended, again.app.starts) == (None, 2)


def test_its_lines_are_kept_apart_from_the_timeline_that_is_shown() -> None:
    line = AppOutput(at=2, text="ready", cause="x1")
    state = fold(empty(), [STARTED, line])
    assert list(state.output) == [STARTED, line]
    assert line not in list(state.loud)
    assert line in list(state.timeline)


def test_a_line_outside_of_requests_is_in_its_own_pane_alone() -> None:
    line = AppOutput(at=2, text="ready")
    state = fold(empty(), [line])
    assert list(state.output) == [line]
    assert list(state.timeline) == []


def test_errors_are_counted_since_the_start() -> None:
    wrong = AppOutput(at=2, text="Error: x", is_error=True)
    state = fold(empty(), [STARTED, wrong, AppOutput(at=2, text="ready"), wrong])
    assert state.app is not None
    assert state.app.errors == 2
    again = fold(state, [STARTED])
    assert again.app is not None
    assert again.app.errors == 0

"""Ten lines: how many live, the last alarms, and the ladder of the newest session."""

from __future__ import annotations

from session_inspector.devserver.core.events.process import AppEnded, AppStarted
from session_inspector.inspector.cli.run.inline_lines import MOST, inline_lines
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import AT_ONCE
from session_inspector.inspector.model.views.table.table import SearchTable
from tests.inspector.busy import busy_events
from tests.inspector.hostile import WORST, harmful, hostile_events
from tests.inspector.sample import NOW, sample_events, written


def test_before_a_login_it_says_what_to_do() -> None:
    lines = [text for text, _ in inline_lines(empty(), NOW)]
    assert lines[1:] == ["no alarm", "no session yet: open the app, and log in"]


def test_the_last_alarms_and_the_newest_session_fit_into_ten_lines() -> None:
    state = fold(empty(), busy_events())
    lines = inline_lines(state, NOW)
    assert len(lines) <= MOST
    assert sum(text.startswith("⚠") for text, _ in lines) == 3
    newest = state.sessions[state.order[-1]].facts
    assert any(newest.name in text for text, _ in lines)


def test_many_sessions_are_counted_the_same_in_the_table() -> None:
    state = fold(empty(), [written(f"s{n}", NOW + n, "") for n in range(AT_ONCE + 100)])
    for now in (NOW, NOW + 86_400 + 50, NOW + 10 * 86_400):
        assert inline_lines(state, now, SearchTable()) == inline_lines(state, now)


def test_its_clocks_are_those_of_the_ladder() -> None:
    lines = [text for text, _ in inline_lines(fold(empty(), sample_events()[:30]), NOW)]
    assert lines[3:5] == [
        "      00:52:00 access token  inside",
        "      23:52:00 inactivity = cookie = sealed = row  ◀ ends it  rule·seen·told",
    ]
    assert lines[-1].startswith("cookie ● alive   store row ● alive")


def test_a_crash_is_in_its_first_line() -> None:
    started = AppStarted(at=NOW, command="x", pid=7)
    crash = AppEnded(at=NOW, code=1, is_crash=True, last=("no database",))
    text, tone = inline_lines(fold(empty(), [started, crash]), NOW)[0]
    assert "CRASHED" in text
    assert "no database" in text
    assert tone == "bad"


def test_hostile_text_is_drawn_as_text() -> None:
    for worst in WORST[:8]:
        state = fold(empty(), hostile_events(worst))
        assert [text for text, _ in inline_lines(state, NOW) if harmful(text)] == []

"""The alarms at the end of a run: counted as they come, each with its fix."""

from __future__ import annotations

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.cli.run.report import AlarmCount, alarm_lines
from session_inspector.inspector.model.facts.alarms import Alarm


def test_without_an_alarm_there_is_one_line() -> None:
    assert list(alarm_lines([])) == ["no alarm"]


def test_each_alarm_has_its_fix() -> None:
    alarm = Alarm(kind="store away", at=0, seq=1, cause="", session="", text="gone", count=2)
    lines = list(alarm_lines([alarm]))
    assert lines[0] == "1 alarm:"
    assert lines[1].endswith("STORE AWAY: gone (seen 2 times)")
    assert lines[2].startswith("    fix: ")


def test_events_are_folded_once_each() -> None:
    journal = Journal()
    count = AlarmCount(journal)
    journal.publish(
        CookieSet(
            at=1,
            exchange="x1",
            name="n",
            value=Secret.of("v"),
            size=1,
            line_size=9,
            is_deletion=False,
            max_age=None,
            path="/",
            domain="",
            secure=False,
            http_only=False,
            same_site="",
        )
    )
    assert len(count.take()) == 1
    assert len(count.take()) == 0

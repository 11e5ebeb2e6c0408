"""The alarms of a run, as lines for people: what is printed at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.run.running import RunningApp
from session_inspector.inspector.cli.output import say
from session_inspector.inspector.model.facts.alarms import Alarm
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.model.words.explanations import EXPLANATIONS
from session_inspector.inspector.model.words.text import clock_text, safe


class AlarmCount:
    """Folds a journal as it goes on, so that no alarm is lost with the events behind it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._seq = 0
        self.state: State = empty()
        self.table = SearchTable()
        """Counts many sessions."""

    def take(self) -> Sequence[Event]:
        """Fold what is new, and return it."""
        events, dropped = self._journal.since(self._seq)
        if events:
            self._seq = events[-1].seq
            self.state = fold(self.state, events, dropped)
        return events

    @property
    def alarms(self) -> Sequence[Alarm]:
        """What was found so far."""
        return self.state.alarms.raised


def report_failure(app: RunningApp) -> int:
    """Say that the command could not be started, if it was so; return its exit code, else 0."""
    if not app.failure:
        return 0
    say(f"{app.failure}. Fix: the command after --")
    return app.code or 0


def alarm_lines(alarms: Sequence[Alarm]) -> Iterator[str]:
    """Yield a head, and two lines for each alarm: what was seen, and the fix."""
    if not alarms:
        yield "no alarm"
        return
    yield f"{count_noun(len(alarms), 'alarm')}:"
    for alarm in alarms:
        at = clock_text(alarm.at)
        yield f"{at} {alarm.kind.upper()}: {safe(alarm.text, 300)}{alarm.repeated}"
        yield f"    fix: {EXPLANATIONS[alarm.kind].fix}"

"""What the header shows of the lab."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import (
    count_run_out,
)
from session_inspector.inspector.model.views.status import status
from tests.inspector.sample import NOW, sample_events

STATE = fold(State(), sample_events())


def test_the_status_counts_and_tells_the_store() -> None:
    row = status(STATE, NOW, count_run_out(STATE, NOW))
    assert (row.live, row.over, row.is_store_up, row.offset) == (2, 2, True, "+01:00:00")
    assert row.policy == "rolling · 1 d idle · 3 d absolute"

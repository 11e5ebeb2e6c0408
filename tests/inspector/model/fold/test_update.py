"""Every event folds, none is forgotten, and the timeline is bounded."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.sample import NOW, login


def test_five_thousand_exchanges_fold_into_a_bounded_timeline() -> None:
    events = [e for n in range(5_000) for e in login("a", NOW + n, n, "lab:a")[:1]]
    assert len(fold(State(), events).timeline) == 5_000

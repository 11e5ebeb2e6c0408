"""What of a session is in its row."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.table.schema import COLUMNS, CREATE, to_key, to_row
from tests.inspector.sample import NOW, sample_events, written


def test_a_row_has_a_value_for_each_column_of_the_table() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(CREATE)
        names = [row[1] for row in db.execute("PRAGMA table_info(sessions)")]
    assert names == ["number", *COLUMNS]
    state = fold(State(), sample_events())
    for known in state.sessions.values():
        assert len(to_row(state, known)) == len(COLUMNS)


def test_texts_are_in_lower_case_and_an_id_of_lower_case_is_there_once() -> None:
    state = fold(State(), [written("S1", NOW, "", who=("u", "ÉMILE")), written("s2", NOW, "")])
    upper, lower = (
        dict(zip(COLUMNS, to_row(state, state.sessions[name]), strict=True))
        for name in ("S1", "s2")
    )
    assert (upper["id"], upper["id_lower"], upper["who"]) == ("S1", "s1", "émile")
    assert (lower["id"], lower["id_lower"]) == ("s2", None)


def test_a_name_that_is_no_utf_8_has_a_key_all_the_same() -> None:
    assert to_key("s\ud800é") == "s\\ud800é"

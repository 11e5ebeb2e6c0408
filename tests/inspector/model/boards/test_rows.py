"""Rows of a store are counted by their use."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.rows import NEWEST, row_fields
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.busy import busy_events
from tests.inspector.sample import NOW, seen_as_visitor, written
from tests.inspector.sample import NOW as SAMPLE_NOW
from tests.inspector.sample import written as written_row


def test_rows_of_a_store_are_counted_by_their_use_and_long_lists_in_part() -> None:
    state = fold(State(), busy_events())
    fields = row_fields(state, SAMPLE_NOW)
    kinds = [field for field in fields if field.key.startswith("kind ")]
    found = {field.lead[1][0].strip(): field.value.split()[0] for field in kinds}
    assert found == {
        "live": "3",
        "expired, not deleted": "1",
        "unreadable": "0",
        "over, not deleted": "0",
        "of visitors": "0",
        "no request seen": "2",
        "never ends": "1",
    }
    many = [written_row(f"s{number}", SAMPLE_NOW, "") for number in range(NEWEST + 5)]
    head = row_fields(fold(State(), many), SAMPLE_NOW)[0]
    assert f"of the newest {NEWEST:,} sessions" in head.value
    assert row_fields(State(), SAMPLE_NOW) == ()


def test_users_are_listed_with_what_their_rows_are() -> None:
    rows: list[Event] = [
        written("a", NOW, ""),
        written("b", NOW, ""),
        SessionDestroyed(at=NOW, session="b", reason="revoked"),
    ]
    rows.append(seen_as_visitor("c", NOW))
    fields = row_fields(fold(State(), rows), NOW)
    users = [(field.lead[0][0].strip(), field.value) for field in fields if "user " in field.key]
    assert users == [("Alice Archer", "     2  1 live, 1 of visitors")], (
        "what was deleted has no row"
    )


def test_stateless_sessions_have_no_row() -> None:
    assert row_fields(fold(State(), [written("a", NOW, "", kind="stateless")]), NOW) == ()


def test_how_the_store_is_watched_is_said_while_it_answers() -> None:
    seen = StoreStateChanged(
        at=NOW, store="s", is_up=True, watched_by="looking gently\x1b", commands=0.4
    )
    row: list[Event] = [written("a", NOW, "")]
    fields = {field.label: field.value for field in row_fields(fold(State(), [*row, seen]), NOW)}
    assert fields["Watched"] == "by looking gently␛"
    assert fields["Costs it"] == "about 0.4 commands a second"
    away = StoreStateChanged(at=NOW, store="s", is_up=False, reason="gone")
    labels = [field.label for field in row_fields(fold(State(), [*row, seen, away]), NOW)]
    assert {"Watched", "Costs it"}.isdisjoint(labels)

"""How often a store is looked at, and when its own word is enough."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.rows.pace import (
    LONGEST_TRUST,
    PAUSES,
    REST,
    Unchanged,
    choose_pause,
)

NOW = 1_760_000_000.0


@pytest.mark.parametrize(
    ("took", "pause"), [(0.0, 1.0), (0.25, 1.0), (0.26, 2.0), (1.0, 5.0), (4.0, 30.0), (99.0, 60.0)]
)
def test_looks_take_a_fifth_of_the_time_at_most(took: float, pause: float) -> None:
    assert choose_pause(took) == pause
    assert pause == PAUSES[-1] or took <= pause / REST


def test_a_look_is_left_out_while_the_engine_tells_of_no_write() -> None:
    known = Unchanged()
    assert not known.may_skip("1", NOW)
    known.note_look("1", NOW, None, found_news=True)
    assert known.may_skip("1", NOW + 1)
    assert not known.may_skip("2", NOW + 1)
    assert not known.may_skip(None, NOW + 1)
    assert not known.may_skip("1", NOW + LONGEST_TRUST)
    assert not known.may_skip("1", NOW - 1), "a clock that was set back"


def test_a_row_that_ends_is_looked_for_when_its_time_has_come() -> None:
    known = Unchanged()
    known.note_look("1", NOW, NOW + 3, found_news=True)
    assert known.may_skip("1", NOW + 2)
    assert not known.may_skip("1", NOW + 3)
    known.note_look("1", NOW + 3, None, found_news=True)
    assert known.may_skip("1", NOW + 4), "what ended by itself is no lie"


def test_an_engine_that_called_a_store_unchanged_wrongly_is_not_believed_again() -> None:
    known = Unchanged()
    known.note_look("1", NOW, None, found_news=True)
    known.note_look("1", NOW + LONGEST_TRUST, None, found_news=True)
    assert not known.may_skip("1", NOW + LONGEST_TRUST + 1)


def test_what_is_forgotten_is_looked_at() -> None:
    known = Unchanged()
    known.note_look("1", NOW, None, found_news=True)
    known.forget()
    assert not known.may_skip("1", NOW + 1)
    known.note_look("1", NOW + 1, None, found_news=True)
    assert known.may_skip("1", NOW + 2)

"""When the engine's own word is enough, and no look is needed."""

from __future__ import annotations

from session_inspector.devserver.attach.rows.unchanged import Unchanged

NOW = 1_760_000_000.0
TRUST = 10.0


def test_a_look_is_left_out_while_the_engine_tells_of_no_write() -> None:
    known = Unchanged(TRUST)
    assert not known.may_skip("1", NOW)
    known.note_look("1", NOW, None, found_news=True)
    assert known.may_skip("1", NOW + 1)
    assert not known.may_skip("2", NOW + 1)
    assert not known.may_skip(None, NOW + 1)
    assert not known.may_skip("1", NOW + TRUST)
    assert not known.may_skip("1", NOW - 1), "a clock that was set back"


def test_a_row_that_ends_is_looked_for_when_its_time_has_come() -> None:
    known = Unchanged(TRUST)
    known.note_look("1", NOW, NOW + 3, found_news=True)
    assert known.may_skip("1", NOW + 2)
    assert not known.may_skip("1", NOW + 3)
    known.note_look("1", NOW + 3, None, found_news=True)
    assert known.may_skip("1", NOW + 4), "what ended by itself is no lie"


def test_an_engine_that_called_a_store_unchanged_wrongly_is_not_believed_again() -> None:
    known = Unchanged(TRUST)
    known.note_look("1", NOW, None, found_news=True)
    known.note_look("1", NOW + TRUST, None, found_news=True)
    assert not known.may_skip("1", NOW + TRUST + 1)


def test_what_is_forgotten_is_looked_at() -> None:
    known = Unchanged(TRUST)
    known.note_look("1", NOW, None, found_news=True)
    known.forget()
    assert not known.may_skip("1", NOW + 1)
    known.note_look("1", NOW + 1, None, found_news=True)
    assert known.may_skip("1", NOW + 2)

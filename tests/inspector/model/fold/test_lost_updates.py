"""A write that puts back what another request had just changed is a lost update."""

from __future__ import annotations

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import RowRead, SessionWritten
from session_inspector.devserver.core.values import ShownObject
from session_inspector.inspector.model.facts.alarms import RememberedWrite
from session_inspector.inspector.model.fold.lost_updates import (
    check_row,
    check_write,
    flatten_members,
)


def write(cause: str, **data: str) -> SessionWritten:
    facts = SessionFacts(kind="stateful", sub="u", data=dict(data))
    return SessionWritten(at=1, seq=7, cause=cause, session="s", reason="update", facts=facts)


def remembered(*events: SessionWritten) -> RememberedWrite:
    last = None
    for event in events:
        last, _ = check_write(last, event)
    assert last is not None
    return last


def test_the_first_write_is_remembered() -> None:
    found = check_write(None, write("x1", cart="1"))
    assert found == (RememberedWrite(seq=7, cause="x1", data={"cart": "1"}, before={}, at=1), "")


def test_a_member_that_is_put_back_is_named_with_both_requests() -> None:
    last = remembered(write("x1", cart="1", name="a"), write("x2", cart="2", name="a"))
    _, problem = check_write(last, write("x3", cart="1", name="a"))
    assert problem == "x3 put back cart, which x2 had just changed"


def test_a_member_that_another_request_added_is_lost_where_both_were_under_way() -> None:
    last = remembered(write("x1", name="a"), write("x4", name="a", bbb="1"))
    late = write("x3", name="a", aaa="1")
    _, problem = check_write(last, late, began=0.5)
    assert problem == "x3 put back bbb, which x4 had just changed"
    assert check_write(last, late)[1] == "", "when x3 came is not known: it may have read bbb"


def test_a_request_that_came_after_the_write_means_what_it_changes() -> None:
    last = remembered(write("x1", cart="1"), write("x2", cart="2", flash="saved"))
    assert check_write(last, write("x3", cart="1"), began=2)[1] == ""


def test_clocks_of_a_format_are_no_change() -> None:
    last = remembered(write("x1", cart="1", _expire="5", _maxAge="9"))
    again, _ = check_write(last, write("x2", cart="1", _expire="6", _maxAge="9"))
    assert again is last


def test_at_most_four_members_are_named() -> None:
    old = dict.fromkeys("abcdef", "1")
    new = dict.fromkeys("abcdef", "2")
    _, problem = check_write(remembered(write("x1", **old), write("x2", **new)), write("x3", **old))
    assert problem == "x3 put back a, b, c, d, which x2 had just changed"


def test_a_write_of_the_same_leaves_the_author_who_he_was() -> None:
    last = remembered(write("x1", cart="1"))
    again, problem = check_write(last, write("x2", cart="1"))
    assert again is last
    assert problem == ""


def test_a_request_may_change_its_own_mind() -> None:
    last = remembered(write("x1", cart="1"), write("x2", cart="2"))
    assert check_write(last, write("x2", cart="1"))[1] == ""


def test_members_are_flat_by_path_without_bookkeeping() -> None:
    data: ShownObject = {"user": {"sub": "u"}, "cart": "1", "internal": {"sid": "s"}, "exp": 5}
    assert flatten_members(data) == {"user.sub": "u", "cart": "1"}


def row(cause: str, before: ShownObject, at: float, **data: str) -> RowRead:
    facts = SessionFacts(kind="stateful", sub="u", data=dict(data))
    was = SessionFacts(kind="stateful", sub="u", data=before)
    return RowRead(at=at, seq=7, cause=cause, session="s", facts=facts, before=was)


def test_a_row_that_lost_what_came_with_an_earlier_answer_looks_like_a_lost_update() -> None:
    last, first = check_row(None, row("x2", {"n": "0"}, 5, n="1", b="1"), began=3)
    assert first == ""
    _, problem = check_row(last, row("x1", {"n": "1", "b": "1"}, 6, n="0", a="1"), began=2)
    assert problem == (
        "looks like it: b, n changed in the row with the answer of x2, and is as it was after that"
        " of x1, which had begun before it"
    )


def test_what_may_have_been_meant_or_was_not_seen_is_no_lost_update() -> None:
    last, _ = check_row(None, row("x2", {}, 5, b="1"), began=3)
    later = row("x1", {"b": "1"}, 6, a="1")
    assert check_row(last, later, began=5.5)[1] == "", "it has read what x2 wrote"
    assert check_row(last, later, began=None)[1] == "", "when it came is not known"
    between = row("x1", {"b": "1", "c": "1"}, 6, a="1")
    assert check_row(last, between, began=2)[1] == "", "somebody else wrote between"
    assert check_row(last, row("x2", {"b": "1"}, 6), began=2)[1] == "", "its own"
    both = row("x1", {"b": "1"}, 6, a="1", b="1")
    assert check_row(last, both, began=2)[1] == ""

"""A write that puts back what another request had just changed is a lost update."""

from __future__ import annotations

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import RowRead, SessionSeen, SessionWritten
from session_inspector.devserver.core.values import Shown, ShownObject
from session_inspector.inspector.model.facts.alarms import RememberedWrite
from session_inspector.inspector.model.facts.kept.content_marks import NOTHING
from session_inspector.inspector.model.fold.writes.content_members import mark_members
from session_inspector.inspector.model.fold.writes.lost_updates import (
    WriteComparison,
    check_row,
    check_write,
    remember_seen,
)


def write(cause: str, **data: Shown) -> SessionWritten:
    facts = SessionFacts(kind="stateful", sub="u", data=dict(data))
    return SessionWritten(at=1, seq=7, cause=cause, session="s", reason="update", facts=facts)


def remembered(*events: SessionWritten) -> RememberedWrite:
    last = None
    for event in events:
        last = check_write(last, event).write
    assert last is not None
    return last


def test_the_first_write_is_remembered() -> None:
    found = check_write(None, write("x1", cart="1"))
    first = RememberedWrite(cause="x1", data=mark_members({"cart": "1"}), before=NOTHING, at=1)
    assert found == WriteComparison(write=first)


def test_a_member_that_is_put_back_is_named_with_both_requests() -> None:
    last = remembered(write("x1", cart="1", name="a"), write("x2", cart="2", name="a"))
    found = check_write(last, write("x3", cart="1", name="a"))
    assert found.problem == "x3 put back cart, which x2 had just changed"


def test_a_member_that_another_request_added_is_lost_where_both_were_under_way() -> None:
    last = remembered(write("x1", name="a"), write("x4", name="a", bbb="1"))
    late = write("x3", name="a", aaa="1")
    assert check_write(last, late, began=0.5).problem == "x3 dropped bbb, which x4 had just added"
    assert check_write(last, late).problem == "", "when x3 came is not known: it may have read bbb"


def test_a_request_that_came_after_the_write_means_what_it_changes() -> None:
    last = remembered(write("x1", cart="1"), write("x2", cart="2", flash="saved"))
    assert check_write(last, write("x3", cart="1"), began=2) == WriteComparison(
        write=RememberedWrite(
            cause="x3",
            data=mark_members({"cart": "1"}),
            before=mark_members({"cart": "2", "flash": "saved"}),
            at=1,
        )
    )


def test_clocks_of_a_format_are_no_change() -> None:
    last = remembered(write("x1", cart="1", _expire="5", _maxAge="9"))
    again = check_write(last, write("x2", cart="1", _expire="6", _maxAge="9"))
    assert again.write is last


def test_at_most_four_members_are_named() -> None:
    old: ShownObject = dict.fromkeys("abcdef", "1")
    new: ShownObject = dict.fromkeys("abcdef", "2")
    last = remembered(write("x1", **old), write("x2", **new))
    assert (
        check_write(last, write("x3", **old)).problem
        == "x3 put back a, b, c, d, which x2 had just changed"
    )


def test_a_write_of_the_same_leaves_the_author_who_he_was() -> None:
    last = remembered(write("x1", cart="1"))
    again = check_write(last, write("x2", cart="1"))
    assert again == WriteComparison(write=last)
    assert again.write is last


def test_a_request_may_change_its_own_mind() -> None:
    last = remembered(write("x1", cart="1"), write("x2", cart="2"))
    assert check_write(last, write("x2", cart="1")).problem == ""


def test_what_is_lost_two_levels_deep_or_in_a_list_is_named_by_where_it_was() -> None:
    base = write("x1", cart={"items": ["a"], "ship": {"to": "home"}})
    first = write("x2", cart={"items": ["a", "b"], "ship": {"to": "work"}})
    last = remembered(base, first)
    late = write("x3", cart={"items": ["a", "c"], "ship": {"to": "home"}})
    assert check_write(last, late, began=0.5).problem == (
        "x3 put back cart.ship.to and dropped an entry of cart.items, which x2 had just changed"
    )
    both = write("x3", cart={"items": ["c", "b", "a"], "ship": {"to": "work"}})
    assert check_write(last, both, began=0.5).problem == ""


def test_a_member_that_both_have_changed_may_be_lost() -> None:
    last = remembered(write("x1", n=1, seen="a"), write("x2", n=2, seen="a"))
    contested = "n, which x2 and x3 changed beside each other"
    found = check_write(last, write("x3", n=2, seen="a"), began=0.5)
    assert (found.problem, found.contested) == ("", contested), "each has counted to 2"
    found = check_write(last, write("x3", n=3, seen="a"), began=0.5)
    assert (found.problem, found.contested) == ("", contested)
    assert check_write(last, write("x3", n=3, seen="a"), began=2).contested == ""
    assert check_write(last, write("x3", n=2, seen="b"), began=2).contested == ""


def test_the_first_write_that_is_seen_is_compared_with_what_its_request_brought() -> None:
    facts = SessionFacts(kind="stateless", sub="u", data={"user": "u", "flash": "saved"})
    seen = remember_seen(SessionSeen(at=0, seq=1, cause="x1", session="s", facts=facts))
    first = check_write(seen, write("x1", user="u", flash="saved", a="1"), began=0).write
    taken = check_write(first, write("x2", user="u", a="1"), began=0.5)
    assert taken.problem == "", "x2 took the message, and put nothing back"


def row(cause: str, before: ShownObject, at: float, **data: str) -> RowRead:
    facts = SessionFacts(kind="stateful", sub="u", data=dict(data))
    was = SessionFacts(kind="stateful", sub="u", data=before)
    return RowRead(at=at, seq=7, cause=cause, session="s", facts=facts, before=was)


def test_a_row_that_lost_what_came_with_an_earlier_answer_looks_like_a_lost_update() -> None:
    first = check_row(None, row("x2", {"n": "0"}, 5, n="1", b="1"), began=3)
    assert first.problem == ""
    late = row("x1", {"n": "1", "b": "1"}, 6, n="0", a="1")
    assert check_row(first.write, late, began=2).problem == (
        "looks like it: b, n changed in the row with the answer of x2, and are as they were after"
        " that of x1, which had begun before it"
    )


def test_what_may_have_been_meant_or_was_not_seen_is_no_lost_update() -> None:
    last = check_row(None, row("x2", {}, 5, b="1"), began=3).write
    later = row("x1", {"b": "1"}, 6, a="1")
    assert check_row(last, later, began=5.5).problem == "", "it has read what x2 wrote"
    assert check_row(last, later, began=None).problem == "", "when it came is not known"
    between = row("x1", {"b": "1", "c": "1"}, 6, a="1")
    assert check_row(last, between, began=2).problem == "", "somebody else wrote between"
    assert check_row(last, row("x2", {"b": "1"}, 6), began=2).problem == "", "its own"
    both = row("x1", {"b": "1"}, 6, a="1", b="1")
    assert check_row(last, both, began=2).problem == ""

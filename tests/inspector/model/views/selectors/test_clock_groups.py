"""Clocks that agree are one line; what disagrees stands alone."""

from __future__ import annotations

from session_inspector.devserver.core.events.base import TimerName
from session_inspector.inspector.model.facts.rows import TimerRow
from session_inspector.inspector.model.views.ladder import LABELS
from session_inspector.inspector.model.views.selectors.clock_groups import group_clocks
from tests.inspector.sample import NOW


def clock(
    name: TimerName,
    ends: float | None,
    *,
    note: str = "",
    is_first: bool = False,
    is_past: bool = False,
    left: str = "",
) -> TimerRow:
    return TimerRow(
        name=name,
        label=LABELS[name],
        ends=ends,
        left=left,
        ends_session=True,
        is_first=is_first,
        is_forced=False,
        is_past=is_past,
        share=0.5,
        note=note,
        origin="seen" if name == "cookie" else "rule",
        evidence="",
        is_stopped=False,
    )


def test_clocks_that_agree_are_one_line_and_the_one_that_ends_the_session_is_first() -> None:
    groups = group_clocks(
        [
            clock("cookie", NOW),
            clock("sealed", NOW + 1),
            clock("store", NOW + 1.5),
            clock("inactivity", NOW + 2, is_first=True),
            clock("absolute", NOW + 60),
        ]
    )
    labels = [group.label for group in groups]
    assert labels == ["inactivity = cookie = sealed = row", "absolute"]
    assert groups[0].origins == ("rule", "seen")
    assert groups[0].head.is_first


def test_more_than_two_seconds_are_another_line() -> None:
    groups = group_clocks([clock("cookie", NOW), clock("sealed", NOW + 2.01)])
    assert [group.label for group in groups] == ["cookie Max-Age", "sealed exp"]


def test_what_disagrees_stands_alone_even_beside_an_equal_end() -> None:
    rows = [clock("cookie", NOW, note="⚠ lives 1 h longer"), clock("absolute", NOW)]
    groups = group_clocks(rows)
    assert [(group.label, group.is_disagreeing) for group in groups] == [
        ("cookie Max-Age", True),
        ("absolute", False),
    ]


def test_what_never_ends_and_what_is_over_do_not_join_what_runs() -> None:
    rows = [
        clock("cookie", NOW, is_past=True),
        clock("sealed", NOW),
        clock("store", None, left="never"),
        clock("provider", None, left="never"),
        clock("refresh_token", None, left="not known"),
    ]
    assert [len(group.clocks) for group in group_clocks(rows)] == [1, 1, 2, 1]


def test_only_a_single_clock_has_its_note() -> None:
    alone, _ = group_clocks([clock("absolute", NOW, note="one"), clock("cookie", NOW + 9)])
    both = group_clocks([clock("absolute", NOW, note="one"), clock("cookie", NOW, note="two")])
    assert (alone.note, both[0].note) == ("one", "")


def test_without_clocks_there_are_no_groups() -> None:
    assert group_clocks([]) == ()

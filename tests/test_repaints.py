"""What repaints write is counted by lines: all that are written, and those that look otherwise."""

from __future__ import annotations

import pytest

from tests.benchmarks.repaints import count_lines
from tests.terminal import SYNC_BEGIN

GROUND = SYNC_BEGIN + b"\x1b[1;1H\x1b[0mone\r\ntwo\r\n\x1b[31mred"


@pytest.mark.parametrize(
    ("repaint", "written", "changed"),
    [
        (b"", 0, 0),
        (b"\x1b[1;1H\x1b[0mone", 1, 0),
        (b"\x1b[1;1H\x1b[0mONE", 1, 1),
        (b"\x1b[2;2H\x1b[0mwo\x1b[1;3HE", 2, 1),
        (b"\x1b[3;1H\x1b[31mred", 1, 0),
        (b"\x1b[3;1H\x1b[32mred", 1, 1),
        (b"\x1b[3;1H\x1b[0m\x1b[31mre", 1, 0),
        (b"\x1b[2;1H\x1b[0mtwo\n\x1b[31mred", 2, 0),
        (b"\x1b[4;1H\x1b[0mnew", 1, 1),
        (b"\x1b[?25l\x1b]8;;http://a.test\x1b\\\x1b[1;1H\x1b[0mone\x1b]8;;\x1b\\", 1, 0),
    ],
)
def test_lines_of_a_repaint_are_counted(repaint: bytes, written: int, changed: int) -> None:
    found = count_lines(GROUND + SYNC_BEGIN + repaint, len(GROUND))
    assert (found.written, found.changed) == (written, changed)


def test_a_line_that_changes_twice_counts_twice() -> None:
    there = SYNC_BEGIN + b"\x1b[1;1H\x1b[0mtwo"
    back = SYNC_BEGIN + b"\x1b[1;1H\x1b[0mone"
    found = count_lines(GROUND + there + back, len(GROUND))
    assert (found.written, found.changed) == (2, 2)


def test_the_ground_does_not_count() -> None:
    found = count_lines(GROUND, len(GROUND))
    assert (found.written, found.changed) == (0, 0)

"""How long a store is left alone after a look."""

from __future__ import annotations

import pytest

from session_inspector.devserver.stores.watching.pace import GENTLE, USUAL, LookPace


@pytest.mark.parametrize(
    ("pace", "took", "pause"),
    [
        (USUAL, 0.0, 1.0),
        (USUAL, 0.25, 1.0),
        (USUAL, 0.26, 2.0),
        (USUAL, 1.0, 5.0),
        (USUAL, 4.0, 30.0),
        (USUAL, 99.0, 420.0),
        (GENTLE, 0.0, 10.0),
        (GENTLE, 0.2, 10.0),
        (GENTLE, 0.21, 20.0),
        (GENTLE, 1.0, 60.0),
        (GENTLE, 2.0, 120.0),
    ],
)
def test_looks_take_a_fifth_of_the_time_at_most_or_gently_a_fiftieth(
    pace: LookPace, took: float, pause: float
) -> None:
    assert pace.choose_pause(took) == pause
    assert took / (took + pause) <= {False: 0.2, True: 0.02}[pace.is_gentle]


def test_gently_a_look_reads_500_rows_at_most_every_ten_seconds_at_most() -> None:
    assert GENTLE.most_rows + 1 + GENTLE.most_beside == 500
    assert (GENTLE.shortest, GENTLE.others_pause, GENTLE.search_pause) == (10, 60, 10)
    assert (USUAL.is_gentle, USUAL.most_rows) == (False, 5_000)

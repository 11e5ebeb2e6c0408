"""The text of an empty list wraps at its width, and keeps its margins."""

from __future__ import annotations

from session_inspector.inspector.ui.widgets.line_painter import hint_line

HINT = "\n  Requests are seen by a proxy. Fix: attach http://localhost:3000\n\n  l   log in"


def shown(width: int) -> list[str]:
    return [hint_line(HINT, number, width) for number in range(8)]


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert shown(80) == [*HINT.split("\n"), "", "", "", ""]


def test_what_does_not_fit_goes_on_in_the_next_line_with_the_same_margin() -> None:
    assert shown(34) == [
        "",
        "  Requests are seen by a proxy.",
        "  Fix: attach",
        "  http://localhost:3000",
        "",
        "  l   log in",
        "",
        "",
    ]


def test_any_width_is_one() -> None:
    assert "".join(shown(0)).replace(" ", "").startswith("R")

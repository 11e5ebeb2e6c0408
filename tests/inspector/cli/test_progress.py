"""A line of progress: on a terminal, after half a second, and taken away again."""

from __future__ import annotations

from io import StringIO

import pytest

from session_inspector.inspector.cli.progress import START_OF_LINE, ProgressLine


class Screen(StringIO):
    """A terminal, or none."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def show_at(screen: Screen, *moments: float) -> str:
    clock = iter((0.0, *(moment for at in moments for moment in (at, at))))
    line = ProgressLine(screen, lambda: next(clock))
    for at in moments:
        line.show(f"at {at}")
    return screen.getvalue()


def test_what_is_quick_shows_nothing() -> None:
    assert show_at(Screen(), 0.1, 0.2) == ""


def test_after_half_a_second_it_is_shown_and_changed_now_and_then() -> None:
    screen = Screen()
    clock = iter([0.0, 0.5, 0.5, 0.6, 0.8, 0.8])
    line = ProgressLine(screen, lambda: next(clock))
    for text in ("one", "two", "three"):
        line.show(text)
    line.clear()
    line.clear()
    stop = " · ctrl+c stops"
    assert screen.getvalue() == (
        f"{START_OF_LINE}one{stop}{START_OF_LINE}three{stop}{START_OF_LINE}"
    )


@pytest.mark.parametrize("moment", [0.5, 60.0])
def test_a_pipe_gets_none_of_it(moment: float) -> None:
    assert show_at(Screen(is_terminal=False), moment) == ""

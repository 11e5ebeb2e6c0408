"""Boxes of text: their width holds, colours are asked for, secrets stay masked."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.cli.panels import panel_lines, print_panel
from session_inspector.inspector.model.facts.rows import Field

FIELDS = [
    Field(label="clocks", value="", depth=0),
    Field(label="inactivity", value="in 23 h", tone="good", depth=1),
    Field(label="token", value="•••", depth=0, secret=Secret.of("hunter2")),
    Field(label="payload", value="x" * 200, depth=0),
]


def lines_of(*, width: int = 60, is_coloured: bool = False, reveal: bool = False) -> list[str]:
    found = panel_lines("Title", FIELDS, width=width, is_coloured=is_coloured, reveal=reveal)
    return list(found)


@pytest.mark.parametrize("width", [40, 60, 110])
def test_each_line_is_as_wide_as_the_box(width: int) -> None:
    assert {len(line) for line in lines_of(width=width)} == {width}


def test_a_long_value_is_wrapped_below_its_beginning() -> None:
    rows = [line for line in lines_of() if "xxx" in line]
    assert len(rows) > 1
    assert len({line.index("x") for line in rows}) == 1
    assert sum(line.count("x") for line in rows) == 200


def test_a_secret_is_shown_in_clear_only_when_asked_for() -> None:
    assert "hunter2" not in "\n".join(lines_of())
    assert "hunter2" in "\n".join(lines_of(reveal=True))


def test_colours_change_no_text() -> None:
    coloured = "\n".join(lines_of(is_coloured=True))
    assert "\x1b[32m" in coloured
    plain = coloured.replace("\x1b[32m", "").replace("\x1b[0m", "")
    assert plain == "\n".join(lines_of())


def test_a_pipe_gets_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    print_panel("Title \x1b[2J", FIELDS)
    assert "\x1b" not in capsys.readouterr().out

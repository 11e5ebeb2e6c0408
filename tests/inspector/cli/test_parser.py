"""The flags of settings come from the table of settings."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.configuration.setting import Setting
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.parser import FLAG_ROWS, Parser, add_setting_flag, flags_of


@pytest.mark.parametrize("row", FLAG_ROWS, ids=lambda row: row.flag)
@pytest.mark.parametrize("command", [[], ["serve"], ["scenario"]], ids=" ".join)
def test_each_setting_with_a_flag_is_set_by_it(row: Setting, command: list[str]) -> None:
    words = [row.flag] if row.form == "switch" else [row.flag, "word"]
    expected: object = True if row.form == "switch" else "word"
    if row.form == "addresses":
        expected = ["word"]
    assert flags_of(parse([*command, *words]))[row.destination] == expected
    assert flags_of(parse([*words, *command]))[row.destination] == expected
    assert flags_of(parse(command))[row.destination] is None


def test_a_new_row_is_a_new_flag() -> None:
    parser = Parser()
    row = Setting(
        section="lab", form="seconds", default=0, help="h", name="nap", flag="--nap", metavar="S"
    )
    add_setting_flag(parser, row)
    assert parser.parse_args(["--nap", "3"]).nap == "3"

"""The flags of settings come from the table of settings."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.configuration.setting import Setting
from session_inspector.inspector.cli.arguments import make_parser, parse
from session_inspector.inspector.cli.commands import COMMANDS
from session_inspector.inspector.cli.parser import (
    ATTACH_ROWS,
    FLAG_ROWS,
    Parser,
    add_setting_flag,
    flags_of,
)


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


@pytest.mark.parametrize("row", ATTACH_ROWS, ids=lambda row: row.flag)
@pytest.mark.parametrize("command", ["attach", "run"])
def test_how_an_app_s_store_is_watched_is_set_where_apps_are(row: Setting, command: str) -> None:
    assert flags_of(parse([command, row.flag]))[row.destination] is True
    assert flags_of(parse([command]))[row.destination] is None
    parser = make_parser()
    assert row.flag not in parser.format_help()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("decode --secrt=hunter2", "--secrt. Fix: --secret, or session-inspector decode --help"),
        ("attach http://x --sotre redis://u:hunter2@h", "--sotre. Fix: --store, or"),
        ("--stroe hunter2", "--stroe. Fix: --store, or session-inspector --help"),
        ("--stroe=hunter2 serve", "--stroe. Fix: --store, or session-inspector --help"),
        ("serve --\x1b[31m", "'--\\x1b[31m'. Fix: session-inspector serve --help"),
        ("serve extra", "extra. Fix: session-inspector serve --help"),
        ("--versio", "--versio. Fix: --version, or session-inspector --help"),
        ("attach --headles", "--headles. Fix: --headless, or session-inspector attach --help"),
        ("run --headles -- true", "--headles. Fix: --headless, or session-inspector run --help"),
        ("compare --store x", "--store. Fix: session-inspector compare --help"),
    ],
)
def test_a_misspelt_flag_is_named_without_its_value_and_with_the_one_meant(
    capsys: pytest.CaptureFixture[str], words: str, said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(words.split(" "))
    told = capsys.readouterr().err
    assert (ended.value.code, "hunter2" in told) == (2, False)
    assert f"unrecognized arguments: {said}" in told


def test_what_follows_two_dashes_is_the_app_s() -> None:
    assert parse(["run", "--", "--stroe", "x"]).command == "run"


@pytest.mark.parametrize("words", ["nonsense", "--kind stateful nonsense"])
def test_a_command_that_is_none_is_called_that(
    capsys: pytest.CaptureFixture[str], words: str
) -> None:
    with pytest.raises(SystemExit):
        parse(words.split())
    assert "invalid choice: 'nonsense'" in capsys.readouterr().err


def test_a_new_row_is_a_new_flag() -> None:
    parser = Parser()
    row = Setting(
        section="lab", form="seconds", default=0, help="h", name="nap", flag="--nap", metavar="S"
    )
    add_setting_flag(parser, row)
    assert parser.parse_args(["--nap", "3"]).nap == "3"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_flags_when_it_is_asked_for_and_then_alone(name: str) -> None:
    found = [
        one
        for action in make_parser([name])._actions
        if isinstance(action.choices, dict)
        for one, parser in action.choices.items()
        if len(parser._actions) > 1
    ]
    assert found == [name]

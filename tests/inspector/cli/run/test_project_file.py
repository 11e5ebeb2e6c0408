"""A project's file that somebody got wrong: one line that names the setting, and exit code 2."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from session_inspector.devserver.core.configuration.project import NAME
from session_inspector.devserver.core.configuration.run_table import RunTable
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.run.defaults import check_project, take_project
from session_inspector.inspector.cli.run.plan import make_plan
from tests.waiting import PATIENCE

WRONG = {
    "command": [
        *("3", "true", "[]", "[[]]", "{}", '"  "', '""', '[""]', '["", "a"]', '["a", 1]'),
        *("'a \"b'", '["a\\nb"]', '["\\u0000"]', '"\\u001b[31m"'),
    ],
    "https": ['"yes"', '"true"', "1", "0", "[]", "{}", "1979-05-27", "nan"],
    "origins": [
        *("1", "[]", "{ a = 1 }", '{ "A B" = "http://h:1" }', '{ a = "http://" }', '{ a = "h:1" }'),
        *('{ a = "http://h:99999" }', '{ a = "http://h:1/x" }', '{ "" = "http://h:1" }'),
        *('{ a = "http://u:hush@h:1" }', '{ a = "http://\\u001b[31m:1" }', "{ a = { b = 1 } }"),
    ],
    "stores": [
        *(
            "1",
            '"x"',
            "[1]",
            '[""]',
            '["NOPE"]',
            '["ftp://u:hush@h"]',
            '["redis://\\n"]',
            '["://"]',
            '["redis://x:65536"]',
            '["mongodb://a:1,b:x/d"]',
            "[nan]",
        ),
        '["redis://u:hush@h/1", 1]',
    ],
    "users": [
        *("1", "[1]", "[{}]", "[{ sub = 1 }]", '[""]', '[{ sub = "" }]', '["\\u001b[31m"]'),
        *('[{ sub = "x", roles = 2020-01-01 }]', '[{ sub = "x", age = nan }]'),
    ],
    "knobs": [
        *(
            "1",
            "[]",
            "{ x = 1 }",
            "{ latency = 1 }",
            "{ latency = { nope = 1 } }",
            '{ type = "x" }',
        ),
        *("{ latency = { token = nan } }", '{ wrong_nonce = "yes" }', "{ access_ttl = -1 }"),
        *("{ skew = 1e400 }", "{ skew = -inf }", "{ grace = nan }", "{ access_ttl = inf }"),
        *("{ claims = { a = { age = 1e400 } } }", "{ claims = { a = { b = [1, nan] } } }"),
        *("{ latency = { all = 07:30:00 } }", "{ access_ttl = 1.5 }", "{ skew = false }"),
        *("{ access_ttl = true }", "{ claims = { a = 2020-01-01 } }", '{ "\\u001b[31m" = 1 }'),
    ],
}
"""What each setting does not take, as the file has it."""
OF_THE_ENVIRONMENT = ('[""]', '["NOPE"]')
"""Stores by variables, which no check of the file alone can know."""


def test_each_setting_has_its_wrong_values() -> None:
    assert set(WRONG) == {field.name for field in fields(RunTable)}


def refuse(folder: Path, text: str) -> str:
    """Return what is said of a file that is refused."""
    (folder / NAME).write_text(text)
    arguments = parse(["run"])

    def plan() -> None:
        take_project(arguments, folder)
        make_plan(arguments, {"HOME": str(folder / "home")}, folder)

    with pytest.raises(InputError) as refused:
        plan()
    return refused.value.message


@pytest.mark.parametrize(
    ("setting", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_one_line_that_names_its_setting(
    setting: str, value: str, tmp_path: Path
) -> None:
    command = "command = 'x'\n" * (setting != "command")
    said = refuse(tmp_path, f"[run]\n{command}{setting} = {value}")
    assert said.isprintable()
    assert len(said) < 400
    assert setting in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("setting", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_the_check_finds_what_run_refuses(setting: str, value: str, tmp_path: Path) -> None:
    if value in OF_THE_ENVIRONMENT:
        return
    command = "command = 'x'\n" * (setting != "command")
    (tmp_path / NAME).write_text(f"[run]\n{command}{setting} = {value}")
    with pytest.raises(InputError):
        check_project(tmp_path)


@pytest.mark.parametrize("name", ["nope", "port", '"\\u001b[31m"', f'"{"x" * 500}"'])
def test_a_setting_that_is_none_is_one_line_with_those_there_are(name: str, tmp_path: Path) -> None:
    said = refuse(tmp_path, f"[run]\n{name} = 1")
    assert said.isprintable()
    assert "command, https, knobs, origins, stores, users" in said


@pytest.mark.parametrize(
    "text", ["[run", "x = 1", "run = 1", "[[run]]", '["\\u001b[31m"]', "a" * 999]
)
def test_a_file_of_another_shape_is_one_line(text: str, tmp_path: Path) -> None:
    assert refuse(tmp_path, text).isprintable()


def make_folder(path: Path) -> None:
    path.mkdir()


def make_latin(path: Path) -> None:
    path.write_bytes(b"[run]\ncommand = 'caf\xe9'\n")


def make_deep(path: Path) -> None:
    path.write_text("[run]\nusers = " + "[" * 9_999)


@pytest.mark.parametrize("make", [make_folder, make_latin, make_deep])
@pytest.mark.parametrize("command", [["run", "--headless"], ["config", "check", "--project"]])
def test_a_file_that_cannot_be_read_ends_the_command_with_2(
    make: Callable[[Path], None], command: list[str], tmp_path: Path
) -> None:
    make(tmp_path / NAME)
    done = subprocess.run(
        [sys.executable, "-m", "session_inspector", *command],
        cwd=tmp_path,
        env={"HOME": str(tmp_path / "home"), "PYTHONPATH": str(Path(__file__).parents[4])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert NAME in done.stderr

"""Data goes to stdout, messages to stderr; both are harmless and flushed."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.cli.output import (
    ExitCode,
    code_of,
    complain,
    mask_tree,
    print_json,
    print_line,
    say,
)

ESCAPE = "\x1b[2J"


def test_the_codes_are_those_of_the_docs() -> None:
    assert [(code.name, int(code)) for code in ExitCode] == [
        ("OK", 0),
        ("REFUSED", 1),
        ("BAD_INPUT", 2),
        ("EXPIRED", 3),
        ("WRONG_SECRET", 4),
        ("DAMAGED", 5),
        ("CRASHED", 70),
    ]
    assert (code_of(True), code_of(False)) == (ExitCode.OK, ExitCode.REFUSED)


def test_data_and_messages_go_their_own_ways(capsys: pytest.CaptureFixture[str]) -> None:
    print_line("data")
    say("message")
    assert capsys.readouterr() == ("data\n", "session-inspector: message\n")


def test_nothing_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(f"data {ESCAPE}")
    say(f"message {ESCAPE}")
    print_json({"name": ESCAPE})
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert json.loads(out.splitlines()[1]) == {"name": ESCAPE}


def test_json_is_one_line_where_no_person_looks(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([{"a": 1}, {"b": 2}])
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("message", "fix"),
    [
        ("SQLite: disk I/O error", "check the file and its -wal beside it, and end what else"),
        ("Redis: connection refused", "start the store, or check its URL"),
    ],
)
def test_what_helps_a_store_is_of_its_kind(
    capsys: pytest.CaptureFixture[str], message: str, fix: str
) -> None:
    complain(StoreUnavailable(message))
    assert f"{message}. Fix: {fix}" in capsys.readouterr().err


def test_a_complaint_is_one_line_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain(InputError("one\n  two")) is ExitCode.BAD_INPUT
    assert capsys.readouterr().err == "session-inspector: one two\n"


def test_secrets_are_words_however_deep() -> None:
    secret = Secret.of("hunter2")
    clear: Shown = {"a": [{"b": secret}], "c": 1}
    tree = mask_tree(clear)
    assert tree == {"a": [{"b": str(secret)}], "c": 1}
    assert "hunter2" not in str(tree)

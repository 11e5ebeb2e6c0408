"""Each command of the command line is somewhere."""

from __future__ import annotations

import argparse

import pytest

from session_inspector.devserver.core.registry import load_target
from session_inspector.inspector.cli.arguments import make_parser
from session_inspector.inspector.cli.main import COMMANDS

SHOWN_BY_THE_APP = {"replay"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_a_function(name: str) -> None:
    found: object = load_target(COMMANDS[name])
    assert callable(found)


def test_the_parser_and_the_table_know_the_same_commands() -> None:
    (commands,) = (
        action
        for action in make_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    assert set(commands.choices) == set(COMMANDS) | SHOWN_BY_THE_APP

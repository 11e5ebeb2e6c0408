"""Flags of `attach`, `replay`, `config` and `completion`. It imports nothing that is slow."""

from __future__ import annotations

import argparse
from typing import TypeVar

from session_inspector.inspector.cli.attach.arguments import add_attach

P = TypeVar("P", bound=argparse.ArgumentParser)
SHELLS = ("bash", "zsh", "fish", "tcsh")


def add_setup(commands: argparse._SubParsersAction[P], parser_class: type[P]) -> None:
    """Add the commands."""
    add_attach(commands)
    replay = commands.add_parser("replay", help="show a recording of --record")
    replay.add_argument("file", metavar="FILE")
    replay.add_argument("--config", default=argparse.SUPPRESS, metavar="FILE", help="its look")
    replay.set_defaults(command="replay")
    config = commands.add_parser("config", help="the configuration file: schema, path, check")
    actions = config.add_subparsers(metavar="ACTION", parser_class=parser_class, required=True)
    for name, text in (
        ("schema", "its JSON Schema, for editors"),
        ("path", "where it is looked for"),
        ("check", "read it, and say what is wrong"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("--config", default=argparse.SUPPRESS, metavar="FILE")
        action.set_defaults(command="config", action=name)
    completion = commands.add_parser("completion", help="a completion script for your shell")
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(command="completion")

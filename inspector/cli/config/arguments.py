"""Flags of `config` and its actions. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Parser, add_config_flag

ACTIONS = {
    "schema": "its JSON Schema, for editors",
    "path": "where it is looked for",
    "check": "read it, and report what is wrong",
}


def add_config(config: Parser) -> None:
    """Add its actions."""
    actions = config.add_subparsers(metavar="ACTION", parser_class=Parser, required=True)
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text)
        add_config_flag(action)
        action.add_argument(
            "--project",
            action="store_true",
            help="session-inspector.toml of this folder, which `run` reads",
        )
        action.set_defaults(command="config", action=name)

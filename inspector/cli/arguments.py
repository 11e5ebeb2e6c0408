"""The whole command line: the flags of the lab, and each command's. It imports nothing slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from session_inspector.devserver.core.version import __version__
from session_inspector.inspector.cli.commands import COMMANDS
from session_inspector.inspector.cli.helping import add_help_texts
from session_inspector.inspector.cli.parser import (
    Parser,
    add_lab_flags,
    add_listen_flag,
    add_record_flag,
    read_port,
)
from session_inspector.inspector.cli.tenant.arguments import add_tenant
from session_inspector.inspector.cli.words import join_spans, split_command

EPILOG = """
Without a command the lab opens: a local OpenID Provider, a demo app, a session server and
the terminal app that watches them. Secrets and settings come from flags, the environment
(AUTH0_SECRET, AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, APP_BASE_URL, AUTH0_COOKIE_*)
and ~/.config/session-inspector/config.toml, in this order.
"""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the parsed command line; `command` is empty for the terminal app.

    Raises: SystemExit for --help and --version (0), and for a wrong command line (2).
    """
    words, command = split_command(argv)
    arguments = make_parser(words).parse_args(join_spans(words))
    if command:
        arguments.words = command
    return arguments


def make_parser(asked: Sequence[str] = tuple(COMMANDS)) -> Parser:
    """Return the parser of the command line; a command that is not asked for has no flags."""
    parser = Parser(
        prog="session-inspector",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"session-inspector {__version__}")
    _add_app_flags(parser)
    add_tenant(parser)
    parser.set_defaults(command="")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for name, command in COMMANDS.items():
        made = commands.add_parser(name, help=command.summary)
        if name in asked:
            command.add_flags(made)
    add_help_texts(parser)
    return parser


def _add_app_flags(parser: Parser) -> None:
    add_lab_flags(parser)
    add_listen_flag(parser)
    parser.add_argument("--read-only", action="store_true", help="show, but change nothing")
    add_record_flag(parser)
    parser.add_argument(
        "--web", action="store_true", help="show the app in browsers, on loopback, not here"
    )
    parser.add_argument(
        "--web-port", type=read_port, default=8000, metavar="N", help="port of --web"
    )

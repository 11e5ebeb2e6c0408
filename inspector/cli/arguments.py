"""The whole command line: the flags of the lab, and each command's. It imports nothing slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from session_inspector.devserver.core.version import __version__
from session_inspector.inspector.cli.attach.arguments import add_attach
from session_inspector.inspector.cli.browser.arguments import add_browser
from session_inspector.inspector.cli.compare.arguments import add_compare
from session_inspector.inspector.cli.config.arguments import add_config
from session_inspector.inspector.cli.decode.arguments import add_decode, join_spans
from session_inspector.inspector.cli.doctor.arguments import add_doctor
from session_inspector.inspector.cli.helping import add_help_texts
from session_inspector.inspector.cli.parser import (
    Commands,
    Parser,
    add_config_flag,
    add_lab_flags,
    add_listen_flag,
    add_record_flag,
    read_port,
)
from session_inspector.inspector.cli.provider.arguments import add_provider
from session_inspector.inspector.cli.run.arguments import add_run, split_command
from session_inspector.inspector.cli.scenario.arguments import add_scenario
from session_inspector.inspector.cli.serve.arguments import add_serve
from session_inspector.inspector.cli.sessions.arguments import add_sessions
from session_inspector.inspector.cli.stores.arguments import add_stores
from session_inspector.inspector.cli.tenant.arguments import add_tenant

SHELLS = ("bash", "zsh", "fish", "tcsh")
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
    arguments = make_parser().parse_args(join_spans(words))
    if command:
        arguments.words = command
    return arguments


def make_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog="session-inspector",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"session-inspector {__version__}")
    _add_app_flags(parser)
    add_tenant(parser)
    parser.set_defaults(command="")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    add_run(commands)
    add_serve(commands)
    add_scenario(commands)
    add_compare(commands)
    add_decode(commands)
    add_sessions(commands)
    add_stores(commands)
    add_attach(commands)
    add_browser(commands)
    _add_replay(commands)
    add_config(commands)
    _add_completion(commands)
    add_provider(commands)
    add_doctor(commands)
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


def _add_replay(commands: Commands) -> None:
    replay = commands.add_parser("replay", help="show a recording of --record")
    replay.add_argument("file", metavar="FILE", help="what --record wrote")
    add_config_flag(replay)
    replay.set_defaults(command="replay")


def _add_completion(commands: Commands) -> None:
    completion = commands.add_parser("completion", help="a completion script for your shell")
    completion.add_argument("shell", choices=SHELLS, help="whose")
    completion.set_defaults(command="completion")

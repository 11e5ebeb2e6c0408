"""The command line: names, flags and their help. It imports nothing that is slow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from session_inspector.devserver.core.version import __version__
from session_inspector.inspector.cli.decode.arguments import add_decode, joined_spans
from session_inspector.inspector.cli.parser import Parser, add_lab_flags, add_listen_flag
from session_inspector.inspector.cli.setup.arguments import add_setup
from session_inspector.inspector.cli.stores.arguments import add_stores
from session_inspector.inspector.cli.tenant.arguments import add_provider, add_tenant

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
    return make_parser().parse_args(joined_spans(argv))


def make_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog="session-inspector",
        description="Watch web sessions live: cookies, chunks, clocks, stores, revocation.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"session-inspector {__version__}")
    add_lab_flags(parser)
    add_listen_flag(parser)
    parser.add_argument("--read-only", action="store_true", help="show, but change nothing")
    parser.add_argument("--record", default="", metavar="FILE", help="write every event to a file")
    parser.add_argument(
        "--web", action="store_true", help="show the app in browsers, on loopback, not here"
    )
    parser.add_argument("--web-port", type=int, default=8000, metavar="N", help="port of --web")
    add_tenant(parser)
    parser.set_defaults(command="")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    _serve(commands)
    _scenario(commands)
    add_decode(commands)
    _sessions(commands)
    add_stores(commands, Parser)
    add_setup(commands, Parser)
    add_provider(commands)
    return parser


def _serve(commands: argparse._SubParsersAction[Parser]) -> None:
    serve = commands.add_parser("serve", help="run the lab without the terminal app")
    add_lab_flags(serve)
    add_listen_flag(serve)
    serve.add_argument(
        "--json", action="store_true", help="then write each event as a line of JSON"
    )
    serve.add_argument("--record", default="", metavar="FILE", help="write every event to a file")
    add_tenant(serve)
    serve.set_defaults(command="serve")


def _scenario(commands: argparse._SubParsersAction[Parser]) -> None:
    scenario = commands.add_parser(
        "scenario", help="play what goes wrong with sessions; the exit code is the verdict"
    )
    scenario.add_argument("name", nargs="?", default="", help="none: list them")
    scenario.add_argument("--count", type=int, default=0, metavar="N", help="users or requests")
    scenario.add_argument("--json", action="store_true", help="JSON instead of lines")
    add_lab_flags(scenario)
    scenario.set_defaults(command="scenario")
    compare = commands.add_parser(
        "compare", help="measure stateless sessions and each reachable store side by side"
    )
    compare.add_argument("urls", nargs="*", metavar="URL", help="further stores: redis://host:6379")
    compare.add_argument(
        "--only-named", action="store_true", help="do not look for stores on this machine"
    )
    compare.add_argument("--json", action="store_true", help="JSON instead of a table")
    compare.add_argument("--config", default=argparse.SUPPRESS, metavar="FILE")
    compare.set_defaults(command="compare")


def _layout_flags(action: Parser) -> None:
    action.add_argument(
        "--layout",
        default="",
        metavar="NAME",
        help="whose rows: connect-redis, flask-session, django, starsessions, authjs,"
        " nextjs-auth0; default: recognise it",
    )
    action.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="S",
        help="checks or opens signed and encrypted rows; also from the environment and .env files",
    )


def _sessions(commands: argparse._SubParsersAction[Parser]) -> None:
    sessions = commands.add_parser("sessions", help="list, show, revoke or expire stored sessions")
    actions = sessions.add_subparsers(metavar="ACTION", parser_class=Parser, required=True)
    for name, text in (
        ("list", "all sessions of a store"),
        ("find", "the sessions of one user"),
        ("show", "one session"),
        ("revoke", "delete a session"),
        ("expire", "put one clock of a session into the past"),
    ):
        action = actions.add_parser(name, help=text)
        if name == "find":
            action.add_argument("sub", help="the user's sub: auth0|123")
        elif name != "list":
            action.add_argument("id", help="a session id, or its fingerprint from the list")
        if name == "expire":
            action.add_argument(
                "--clock",
                default="inactivity",
                choices=("inactivity", "absolute", "access_token"),
            )
        action.add_argument("--store", default=argparse.SUPPRESS, metavar="URL")
        if name in ("list", "show"):
            _layout_flags(action)
        action.add_argument("--config", default=argparse.SUPPRESS, metavar="FILE")
        action.add_argument(
            "--encrypt", action="store_const", const=True, help="the rows are sealed"
        )
        action.add_argument("--json", action="store_true", help="JSON instead of a table")
        action.add_argument("--reveal", action="store_true", help="show ids and tokens in clear")
        action.set_defaults(command="sessions", action=name)

"""Flags of `sessions` and its actions. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import (
    FLAG_ROWS,
    UNSET,
    Parser,
    add_config_flag,
    add_json_flag,
    read_count,
    read_secret,
    setting_help,
)

CLOCKS = ("inactivity", "absolute", "access_token")
STORE = next(row for row in FLAG_ROWS if row.name == "store")
ACTIONS = {
    "list": "all sessions of a store",
    "find": "the sessions of one user",
    "show": "one session",
    "revoke": "delete a session",
    "expire": "put one clock of a session into the past",
}


def add_sessions(sessions: Parser) -> None:
    """Add its actions."""
    actions = sessions.add_subparsers(metavar="ACTION", parser_class=Parser, required=True)
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text)
        _add_target(action, name)
        if name == "list":
            _add_page_flags(action)
        _add_store_flags(action)
        add_config_flag(action)
        add_json_flag(action, help="JSON instead of a table")
        action.add_argument("--reveal", action="store_true", help="show ids and tokens in clear")
        action.set_defaults(command="sessions", action=name)


def _add_target(action: Parser, name: str) -> None:
    """Add what an action is about: a user, a session, one of its clocks."""
    if name == "find":
        action.add_argument("sub", metavar="SUB", help="the user's sub: auth0|123")
    elif name != "list":
        action.add_argument(
            "id", metavar="ID", help="a session id, or 6 or more digits of its fingerprint"
        )
    if name == "expire":
        action.add_argument(
            "--clock", default="inactivity", choices=CLOCKS, help="which clock ends"
        )


def _add_page_flags(action: Parser) -> None:
    action.add_argument(
        "--filter",
        default="",
        metavar="WORDS",
        help="rows that fit all words: user:zoe, expires:<10m, size:>4k; -user:zoe turns one round",
    )
    action.add_argument(
        "--limit",
        type=read_count,
        default=0,
        metavar="N",
        help="one page of so many rows, and where the next begins (default: all rows)",
    )
    action.add_argument(
        "--after", default="", metavar="CURSOR", help="begin there: `next` of the page before"
    )
    action.add_argument(
        "--gentle",
        action="store_true",
        help="take a fifth of the store's time at most: a rest after each portion",
    )


def _add_store_flags(action: Parser) -> None:
    action.add_argument("--store", default=UNSET, metavar="URL", help=setting_help(STORE))
    action.add_argument("--encrypt", action="store_const", const=True, help="the rows are sealed")
    action.add_argument(
        "--layout",
        default="",
        metavar="NAME",
        help="whose rows: nextjs-auth0, connect-redis, django and others, as docs/formats.md lists"
        " them (default: recognise it)",
    )
    action.add_argument(
        "--secret",
        action="append",
        type=read_secret,
        default=[],
        metavar="S",
        help="checks or opens signed and encrypted rows; also from .env files"
        " (env: AUTH0_SECRET, SECRET_KEY and their like)",
    )

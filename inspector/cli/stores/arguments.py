"""Flags of `stores` and its actions. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import UNSET, Parser, add_json_flag

ACTIONS = {
    "check": "read a store and show what it holds; changes nothing",
    "create": "make table, indexes or collection",
    "prune": "delete what has expired; without --yes it only counts",
}


def add_stores(stores: Parser) -> None:
    """Add its flags and its actions."""
    add_json_flag(stores, help="JSON instead of a table")
    stores.set_defaults(command="stores", action="list")
    actions = stores.add_subparsers(metavar="ACTION", parser_class=Parser)
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text)
        action.add_argument(
            "url",
            metavar="URL",
            help="sqlite:///FILE, redis://HOST and others: session-inspector stores lists them",
        )
        add_json_flag(action, help="JSON instead of a table", default=UNSET)
        action.set_defaults(command="stores", action=name)
        _add_own_flags(action, name)


def _add_own_flags(action: Parser, name: str) -> None:
    """Add the flags that one action alone has."""
    if name == "check":
        action.add_argument(
            "--exact",
            action="store_true",
            help="count each row of a large store (default: of more than 100,000 a sample)",
        )
    if name == "create":
        action.add_argument(
            "--notify",
            action="store_true",
            help="PostgreSQL: add the trigger that reports writes by NOTIFY",
        )
    if name == "prune":
        action.add_argument("--orphans", action="store_true", help="also what never expires")
        action.add_argument("--yes", action="store_true", help="do it")

"""The command line of `stores`."""

from __future__ import annotations

import argparse
from typing import TypeVar

P = TypeVar("P", bound=argparse.ArgumentParser)


def add_stores(
    commands: argparse._SubParsersAction[P],
    parser_class: type[P],
) -> None:
    """Add `stores` and its actions."""
    stores = commands.add_parser(
        "stores", help="list the kinds of stores; check, create or prune one"
    )
    stores.add_argument("--json", action="store_true", help="JSON instead of a table")
    stores.set_defaults(command="stores", action="list")
    actions = stores.add_subparsers(metavar="ACTION", parser_class=parser_class)
    for name, text in (
        ("check", "read a store and say what it holds; changes nothing"),
        ("create", "make table, indexes or collection"),
        ("prune", "delete what has expired; without --yes it only counts"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("url", metavar="URL", help="sqlite:///FILE, redis://HOST, …")
        action.add_argument("--json", action="store_true", help="JSON instead of a table")
        action.set_defaults(command="stores", action=name)
        if name == "create":
            action.add_argument(
                "--notify",
                action="store_true",
                help="PostgreSQL: add the trigger that tells of writes by NOTIFY",
            )
        if name == "prune":
            action.add_argument("--orphans", action="store_true", help="also what never expires")
            action.add_argument("--yes", action="store_true", help="do it")

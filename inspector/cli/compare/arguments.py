"""Flags of `compare`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Parser, add_config_flag, add_json_flag


def add_compare(compare: Parser) -> None:
    """Add its flags."""
    compare.add_argument("urls", nargs="*", metavar="URL", help="further stores: redis://host:6379")
    compare.add_argument(
        "--only-named", action="store_true", help="do not look for stores on this machine"
    )
    add_json_flag(compare, help="JSON instead of a table")
    add_config_flag(compare)
    compare.set_defaults(command="compare")

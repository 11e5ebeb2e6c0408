"""Flags of `scenario`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import (
    Parser,
    add_json_flag,
    add_lab_flags,
    read_count,
)


def add_scenario(scenario: Parser) -> None:
    """Add its flags."""
    scenario.add_argument("name", nargs="?", default="", help="none: list them")
    scenario.add_argument(
        "--count",
        type=read_count,
        default=0,
        metavar="N",
        help="users or requests; 0: the scenario's own number",
    )
    scenario.add_argument(
        "--browser",
        default="",
        metavar="NAME",
        help="for those of a real browser: chromium, chrome, edge, brave or firefox; none: the"
        " first that is installed",
    )
    add_json_flag(scenario)
    add_lab_flags(scenario)
    scenario.set_defaults(command="scenario")

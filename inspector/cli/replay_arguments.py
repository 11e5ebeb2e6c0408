"""Flags of `replay`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Parser, add_config_flag


def add_replay(replay: Parser) -> None:
    """Add its flags."""
    replay.add_argument("file", metavar="FILE", help="what --record wrote")
    add_config_flag(replay)
    replay.set_defaults(command="replay")

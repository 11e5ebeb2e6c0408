"""Flags of `completion`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Parser

SHELLS = ("bash", "zsh", "fish", "tcsh")


def add_completion(completion: Parser) -> None:
    """Add its flags."""
    completion.add_argument("shell", choices=SHELLS, help="whose")
    completion.set_defaults(command="completion")

"""Flags of `serve`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import (
    Commands,
    add_json_flag,
    add_lab_flags,
    add_listen_flag,
    add_record_flag,
)
from session_inspector.inspector.cli.tenant.arguments import add_tenant


def add_serve(commands: Commands) -> None:
    """Add the command."""
    serve = commands.add_parser("serve", help="run the lab without the terminal app")
    add_lab_flags(serve)
    add_listen_flag(serve)
    add_json_flag(serve, help="then write each event as a line of JSON")
    add_record_flag(serve)
    add_tenant(serve)
    serve.set_defaults(command="serve")

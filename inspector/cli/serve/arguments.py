"""Flags of `serve`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import (
    Parser,
    add_json_flag,
    add_lab_flags,
    add_listen_flag,
    add_record_flag,
)
from session_inspector.inspector.cli.tenant.arguments import add_tenant


def add_serve(serve: Parser) -> None:
    """Add its flags."""
    add_lab_flags(serve)
    add_listen_flag(serve)
    add_json_flag(serve, help="then write each event as a line of JSON")
    add_record_flag(serve)
    add_tenant(serve)
    serve.set_defaults(command="serve")

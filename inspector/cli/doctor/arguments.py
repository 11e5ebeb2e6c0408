"""Flags of `doctor`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Parser, add_config_flag, add_json_flag


def add_doctor(doctor: Parser) -> None:
    """Add its flags."""
    add_config_flag(doctor)
    add_json_flag(doctor)
    doctor.set_defaults(command="doctor")

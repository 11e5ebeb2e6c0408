"""Flags of `doctor`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Commands, add_config_flag, add_json_flag


def add_doctor(commands: Commands) -> None:
    """Add the command."""
    doctor = commands.add_parser("doctor", help="what is here, what is missing, and the fix")
    add_config_flag(doctor)
    add_json_flag(doctor)
    doctor.set_defaults(command="doctor")

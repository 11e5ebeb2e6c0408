"""Runs a headless command; each is imported when it is asked for, so that none pays for another."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.logs import mask_logs
from session_inspector.devserver.core.registry import load_target
from session_inspector.inspector.cli.output import complain
from session_inspector.inspector.ending import end_on_sigterm

HERE = "session_inspector.inspector.cli"
COMMANDS: Mapping[str, str] = {
    "attach": f"{HERE}.attach.command:attach",
    "browser": f"{HERE}.attach.command:attach",
    "compare": f"{HERE}.compare.command:run_compare",
    "completion": f"{HERE}.completion.command:completion",
    "config": f"{HERE}.config.command:config",
    "decode": f"{HERE}.decode.command:decode",
    "doctor": f"{HERE}.doctor.command:doctor",
    "provider": f"{HERE}.provider.command:provider",
    "reseal": f"{HERE}.decode.reseal:reseal",
    "run": f"{HERE}.run.command:run_app",
    "scenario": f"{HERE}.scenario.command:scenario",
    "serve": f"{HERE}.serve.command:serve",
    "sessions": f"{HERE}.sessions.command:sessions",
    "stores": f"{HERE}.stores.command:stores",
    "weak": f"{HERE}.decode.weak:weak",
}
"""Where each command is; `replay` and the lab itself open the terminal app."""


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; an error of the project's tree becomes one line and code 2."""
    end_on_sigterm()
    command: Callable[[argparse.Namespace], int] = load_target(COMMANDS[arguments.command])
    mask_logs()
    try:
        return command(arguments)
    except InspectorError as error:
        return complain(error)

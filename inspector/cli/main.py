"""Runs a headless command; each imports its own part, so that none pays for another's."""

from __future__ import annotations

import argparse

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.inspector.cli.output import ExitCode, complain


def run(arguments: argparse.Namespace) -> ExitCode:
    """Carry out the command; an error of the project's tree becomes one line and code 2."""
    try:
        return _run(arguments)
    except InspectorError as error:
        return complain(error)


def _run(arguments: argparse.Namespace) -> ExitCode:
    match arguments.command:
        case "serve":
            from session_inspector.inspector.cli.serve.command import serve  # the whole server

            return serve(arguments)
        case "attach":
            from session_inspector.inspector.cli.attach.command import attach  # as above

            return attach(arguments)
        case "decode":
            from session_inspector.inspector.cli.decode.command import decode  # cryptography

            return decode(arguments)
        case "reseal" | "weak":
            from session_inspector.inspector.cli.decode.reseal import reseal, weak  # as above

            return reseal(arguments) if arguments.command == "reseal" else weak(arguments)
        case "config":
            from session_inspector.inspector.cli.config.command import config  # as below

            return config(arguments)
        case "completion":
            from session_inspector.inspector.cli.completion.command import completion  # as below

            return completion(arguments)
        case "compare":
            from session_inspector.inspector.cli.compare.command import run_compare  # as below

            return run_compare(arguments)
        case "provider":
            from session_inspector.inspector.cli.provider.command import provider  # httpx

            return provider(arguments)
        case "scenario":
            from session_inspector.inspector.cli.scenario.command import (
                scenario,  # the whole server
            )

            return scenario(arguments)
        case _:
            return _stored(arguments)


def _stored(arguments: argparse.Namespace) -> ExitCode:
    if arguments.command == "stores":
        from session_inspector.inspector.cli.stores.command import stores  # every kind of store

        return stores(arguments)
    from session_inspector.inspector.cli.sessions.command import sessions  # a store and its driver

    return sessions(arguments)

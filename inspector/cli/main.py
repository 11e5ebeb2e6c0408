"""Runs a headless command; each imports its own part, so that none pays for another's."""

from __future__ import annotations

import argparse

from devserver.core.errors import InspectorError
from inspector.cli.output import ExitCode, complain


def run(arguments: argparse.Namespace) -> ExitCode:
    """Carry out the command; an error of the project's tree becomes one line and code 2."""
    try:
        return _run(arguments)
    except InspectorError as error:
        return complain(error)


def _run(arguments: argparse.Namespace) -> ExitCode:
    match arguments.command:
        case "serve":
            from inspector.cli.serve import serve  # the whole server

            return serve(arguments)
        case "attach":
            from inspector.cli.attach import attach  # as above

            return attach(arguments)
        case "decode":
            from inspector.cli.decode import decode  # cryptography

            return decode(arguments)
        case "reseal" | "weak":
            from inspector.cli.reseal import reseal, weak  # as above

            return reseal(arguments) if arguments.command == "reseal" else weak(arguments)
        case "config" | "completion":
            from inspector.cli.setup import completion, config  # as below

            return config(arguments) if arguments.command == "config" else completion(arguments)
        case "compare":
            from inspector.cli.compare import run_compare  # as below

            return run_compare(arguments)
        case "provider":
            from inspector.cli.provider import provider  # httpx

            return provider(arguments)
        case "scenario":
            from inspector.cli.scenario import scenario  # the whole server

            return scenario(arguments)
        case _:
            return _stored(arguments)


def _stored(arguments: argparse.Namespace) -> ExitCode:
    if arguments.command == "stores":
        from inspector.cli.stores import stores  # every kind of store

        return stores(arguments)
    from inspector.cli.sessions import sessions  # a store and its driver

    return sessions(arguments)

"""`completion`: a script for the tab key of a shell."""

from __future__ import annotations

import argparse

from session_inspector.inspector.cli.arguments import make_parser
from session_inspector.inspector.cli.completion.fish import fish_script
from session_inspector.inspector.cli.completion.values import add_values
from session_inspector.inspector.cli.output import ExitCode, write_line


def completion(arguments: argparse.Namespace) -> ExitCode:
    """Print a completion script for a shell."""
    parser = make_parser()
    add_values(parser)
    if arguments.shell == "fish":
        write_line(fish_script(parser))
        return ExitCode.OK
    import shtab  # only this command needs it

    write_line(shtab.complete(parser, arguments.shell))
    return ExitCode.OK

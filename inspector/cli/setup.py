"""`config` and `completion`: what can be configured, and the shell's tab key."""

from __future__ import annotations

import argparse
import os

from session_inspector.devserver.core.config import config_path, read_config
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.arguments import flags_of, make_parser
from session_inspector.inspector.cli.fish import fish_script
from session_inspector.inspector.cli.output import ExitCode, print_json, print_line, write_line
from session_inspector.inspector.cli.schema import schema


def config(arguments: argparse.Namespace) -> ExitCode:
    """Print the schema or the path, or check the file. Raises: InputError for a wrong file."""
    flags = flags_of(arguments)
    if arguments.action == "schema":
        print_json(schema())
        return ExitCode.OK
    path = config_path(flags, os.environ)
    if arguments.action == "path":
        print_line(str(path))
        return ExitCode.OK
    read_config(flags, os.environ)
    load_settings(flags, os.environ, keeps_state=False)
    from session_inspector.inspector.preferences import (
        load_preferences,
    )  # keys and themes, not Textual

    load_preferences(flags, os.environ)
    print_line(f"{path}: {'nothing is wrong' if path.exists() else 'not there; the defaults hold'}")
    return ExitCode.OK


def completion(arguments: argparse.Namespace) -> ExitCode:
    """Print a completion script for a shell."""
    if arguments.shell == "fish":
        write_line(fish_script(make_parser()))
        return ExitCode.OK
    import shtab  # only this command needs it

    write_line(shtab.complete(make_parser(), arguments.shell))
    return ExitCode.OK

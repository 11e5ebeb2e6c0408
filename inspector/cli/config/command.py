"""`config`: the configuration file's schema and path, and whether it can be read."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from session_inspector.devserver.attach.attach_settings import read_pace
from session_inspector.devserver.core.configuration.file import config_path, read_config
from session_inspector.devserver.core.configuration.project import NAME
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.config.schema import project_schema, schema
from session_inspector.inspector.cli.output import ExitCode, print_json, print_line
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.cli.run.defaults import check_project


def config(arguments: argparse.Namespace) -> ExitCode:
    """Print the schema or the path, or check the file. Raises: InputError for a wrong file."""
    if arguments.project:
        return _answer_project(arguments)
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
    read_pace(flags, os.environ)
    # keys and themes, not Textual
    from session_inspector.inspector.preferences import load_preferences

    load_preferences(flags, os.environ)
    if path.exists():
        print_line(f"{path}: nothing is wrong")
    else:
        print_line(f"{path}: not there; the defaults hold")
    return ExitCode.OK


def _answer_project(arguments: argparse.Namespace) -> ExitCode:
    """Do the same for the project's own file."""
    if arguments.action == "schema":
        print_json(project_schema())
        return ExitCode.OK
    path = Path.cwd() / NAME
    if arguments.action == "path":
        print_line(str(path))
        return ExitCode.OK
    check_project(Path.cwd())
    if path.exists():
        print_line(f"{path}: nothing is wrong")
    else:
        print_line(f"{path}: not there; run takes its flags")
    return ExitCode.OK

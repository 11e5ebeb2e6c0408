"""The configuration of one project, `session-inspector.toml` in its folder: how `run` starts it."""

from __future__ import annotations

from pathlib import Path

from session_inspector.devserver.core.configuration.file import read_toml
from session_inspector.devserver.core.configuration.reading import Sources
from session_inspector.devserver.core.configuration.run_table import RunTable
from session_inspector.devserver.core.configuration.section import plain_name
from session_inspector.devserver.core.errors import InputError

NAME = "session-inspector.toml"
TABLE = "run"


def read_project_file(folder: Path) -> RunTable:
    """Return what the project's file says; the defaults without one.

    Raises: InputError for a file that cannot be read, and for a wrong value.
    """
    path = folder / NAME
    tables = read_toml(path, must_exist=False)
    unknown = sorted(set(tables) - {TABLE})
    if unknown:
        raise InputError(f"[{plain_name(unknown[0])}] in {path} is no table; it must be [{TABLE}]")
    try:
        return Sources(tables, {}, {}).read(RunTable)
    except InputError as error:
        raise InputError(f"{NAME}: {error.message}") from error

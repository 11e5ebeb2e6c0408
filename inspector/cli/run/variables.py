"""The variables that an app has before ours: its environment, named files, its own .env files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.secrets import (
    env_files,
    find_unread_lines,
    read_env_file,
)

SHOWN = 5
"""Lines that are named of those that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppVariables:
    """What the app's environment is made of, before ours."""

    own: Mapping[str, str] = field(repr=False)
    files: Mapping[str, str] = field(repr=False)
    """Of `--env-file`."""
    project: Mapping[str, str] = field(repr=False)
    """Of the project's own .env files."""

    unread: tuple[str, ...] = ()
    """Lines of its own .env files that cannot be read."""

    @property
    def known(self) -> Mapping[str, str]:
        """All of them, as an app reads them: a .env file replaces nothing."""
        return {**self.project, **self.own, **self.files}


def read_variables(names: Sequence[str], env: Mapping[str, str], folder: Path) -> AppVariables:
    """Return the environment with the files that were named and those of a folder.

    Raises: InputError.
    """
    project: dict[str, str] = {}
    unread: list[str] = []
    for path in env_files(folder):
        project |= read_env_file(path)
        unread += [f"{path.name} line {number}" for number in find_unread_lines(path)]
    return AppVariables(
        own=env, files=_read_files(names), project=project, unread=tuple(unread[:SHOWN])
    )


def _read_files(names: Sequence[str]) -> dict[str, str]:
    """Return the variables of the files that were named. Raises: InputError."""
    found: dict[str, str] = {}
    for name in names:
        path = Path(name)
        if not path.is_file():
            raise InputError(f"--env-file {name} is no file. Fix: its path")
        found |= read_env_file(path)
    return found

"""What the project's own file says of a run, laid under the flags."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from session_inspector.devserver.attach.attach_settings import OfferedStore
from session_inspector.devserver.core.commands import SetKnobs
from session_inspector.devserver.core.configuration.project import NAME, read_project_file
from session_inspector.devserver.core.configuration.run_table import RunTable
from session_inspector.devserver.core.configuration.section import plain_name
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.wire import command_from_json
from session_inspector.devserver.run.locality import find_wrong_port
from session_inspector.devserver.run.origins import read_origins
from session_inspector.devserver.settings import LabUser, read_users
from session_inspector.devserver.stores.urls import check_store_url

LONGEST = 200
"""Characters of what is wrong that a message shows."""


def take_project(arguments: argparse.Namespace, folder: Path) -> None:
    """Lay the file of a folder under the flags: command, https, origins, stores, users, knobs.

    Raises: InputError.
    """
    table = read_project_file(folder)
    arguments.words = arguments.words or list(table.command)
    named = {word.partition("=")[0] for word in arguments.origins}
    arguments.origins += [
        word for word in _read_origins(table) if word.partition("=")[0] not in named
    ]
    arguments.stores = list(table.stores)
    arguments.users = list(table.users)
    arguments.https = arguments.https or table.https
    arguments.knobs = read_knob_change(table.knobs)


def check_project(folder: Path) -> None:
    """Check all of the file of a folder that `run` would refuse, without an environment.

    Raises: InputError.
    """
    table = read_project_file(folder)
    _read_origins(table)
    read_people(list(table.users))
    read_knob_change(table.knobs)
    for name in table.stores:
        if "://" in name:
            _check_url(name)


def _read_origins(table: RunTable) -> list[str]:
    """Return the file's origins as `--with` takes them. Raises: InputError, in the file's words."""
    words = []
    for name, url in table.origins:
        words.append(f"{name}={url}")
        try:
            read_origins(words[-1:])
        except InputError as error:
            raise InputError(
                f"{NAME}: run.origins.{plain_name(name)} is none; it must be a name in small"
                ' letters, and host and port alone: { api = "http://localhost:4000" }'
            ) from error
    return words


def read_people(found: object) -> tuple[LabUser, ...]:
    """Return who can log in, by the project's file. Raises: InputError."""
    try:
        return read_users(found)
    except InputError as error:
        raise InputError(f"{NAME}: run.users: {error.message}") from error


def read_knob_change(table: dict[str, object] | None) -> SetKnobs | None:
    """Return the knobs of a file; None: it has none. Raises: InputError for a wrong one."""
    if not table:
        return None
    if "type" in table:
        raise InputError(f"{NAME}: run.knobs has a type. Fix: leave it out")
    try:
        command = command_from_json(strict_json({"type": "SetKnobs", **table}))
    except (InputError, ValueError, TypeError) as error:
        # not what commands of JSON are told, which know another form
        why = str(error.__cause__ or error)[:LONGEST]
        raise InputError(f"{NAME}: run.knobs: {why}. See: provider --help") from error
    if not isinstance(command, SetKnobs):
        raise TypeError(command)
    try:
        command.check()
    except InputError as error:
        raise InputError(f"{NAME}: run.knobs: {error.message}") from error
    return command


def pick_stores(names: Sequence[str], found: Sequence[OfferedStore]) -> list[OfferedStore]:
    """Return the stores that a file names: variables, or URLs. Raises: InputError."""
    by_name = {one.name: one for one in found}
    picked = []
    for name in names:
        if "://" in name:
            picked.append(OfferedStore(name=NAME, url=_check_url(name)))
        elif name in by_name:
            picked.append(by_name[name])
        else:
            raise InputError(
                f"{NAME}: run.stores names {name!r}, and no variable of that name has a store's URL"
            )
    return picked


def _check_url(url: str) -> str:
    """Return the URL of a store that can be opened. Raises: InputError."""
    wrong = find_wrong_port(url)
    if wrong:
        raise InputError(f"{NAME}: run.stores: the port of {plain_name(wrong)} is none")
    try:
        check_store_url(url)
    except InputError as error:
        raise InputError(f"{NAME}: run.stores: {error.message}") from error
    return url

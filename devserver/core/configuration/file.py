"""Where the configuration file and the state folder are, and the file's tables."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from session_inspector.devserver.core.configuration.section import plain_name
from session_inspector.devserver.core.configuration.table import TABLES
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.json.trees import find_member
from session_inspector.devserver.core.numbers import is_endless

Scalar: TypeAlias = str | int | float | bool
Flags: TypeAlias = Mapping[str, Scalar | Sequence[str] | None]
"""Values of the command line by setting name; None: not given."""


def read_toml(path: Path, *, must_exist: bool) -> dict[str, object]:
    """Return the tables of a TOML file.

    Raises: InputError when it cannot be read, is not TOML, or has a value that no setting takes.
    """
    found = _load_toml(path, must_exist=must_exist)
    endless = find_member(found, is_endless)
    if endless:
        raise InputError(
            f"{plain_name(endless)} in {path} is inf or nan; no setting takes such a number"
        )
    date = find_member(found, _is_date)
    if date:
        raise InputError(f"{plain_name(date)} in {path} is a date. Fix: write it in quotes")
    return found


def _is_date(value: object) -> bool:
    return isinstance(value, (datetime.date, datetime.time))


def _load_toml(path: Path, *, must_exist: bool) -> dict[str, object]:
    """Return what a file holds. Raises: InputError."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        if must_exist:
            raise InputError(f"{path} is not there; --config must name a TOML file") from None
        return {}
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is no UTF-8 at byte {error.start}; TOML must be. Fix: save it as UTF-8"
        ) from error
    except (OSError, tomllib.TOMLDecodeError, RecursionError) as error:
        # RecursionError: [[[[…
        raise InputError(f"{path} is not readable as TOML: {error}. Fix the file") from error
    except ValueError as error:
        raise InputError(
            f"{path} holds an integer of thousands of digits, which nothing reads. Fix the file"
        ) from error


def config_path(flags: Flags, env: Mapping[str, str]) -> Path:
    """Return where the configuration is: --config, the environment, or the XDG folder."""
    named = _named_file(flags, env)
    if named:
        return Path(named)
    home = env.get("XDG_CONFIG_HOME") or str(_home(env) / ".config")
    return Path(home) / "session-inspector" / "config.toml"


def read_config(flags: Flags, env: Mapping[str, str]) -> dict[str, object]:
    """Return the tables of the configuration, empty when there is no file.

    Raises: InputError for a file that cannot be read, and for an unknown table.
    """
    path = config_path(flags, env)
    found = read_toml(path, must_exist=bool(_named_file(flags, env)))
    unknown = sorted(set(found) - TABLES)
    if unknown:
        raise InputError(
            f"[{plain_name(unknown[0])}] in {path} is no table;"
            f" it must be one of: {', '.join(sorted(TABLES))}"
        )
    return found


def state_folder(env: Mapping[str, str]) -> Path:
    """Return the folder of what the lab keeps, by the XDG rules."""
    state = env.get("XDG_STATE_HOME") or str(_home(env) / ".local" / "state")
    return Path(state) / "session-inspector"


def _named_file(flags: Flags, env: Mapping[str, str]) -> str:
    """Return the file that --config or the environment names, else nothing."""
    named = flags.get("config") or env.get("SESSION_INSPECTOR_CONFIG")
    return str(named or "")


def _home(env: Mapping[str, str]) -> Path:
    if env.get("HOME"):
        return Path(env["HOME"])
    return Path.home()

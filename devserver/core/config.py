"""The configuration file and its tables: typed values, each with a one-line error of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias, TypeVar

from session_inspector.devserver.core.errors import InputError

Scalar: TypeAlias = str | int | float | bool
Flags: TypeAlias = Mapping[str, Scalar | None]
"""Values of the command line by setting name; None: not given."""
TABLES = frozenset({"lab", "session", "tokens", "users", "ui", "keys"})
T = TypeVar("T")


class ConfigTable:
    """A TOML table with environment variables and flags laid over it.

    Every reader raises InputError when a value breaks its rule.
    """

    def __init__(
        self,
        name: str,
        found: object,
        *,
        known: frozenset[str],
        flags: Mapping[str, Scalar | None] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._found = as_table(name, found)
        self._over = {k: v for k, v in (flags or {}).items() if v is not None}
        self._env = env or {}
        unknown = sorted(set(self._found) - known)
        if unknown:
            raise InputError(
                f"{name}.{unknown[0]} is no setting; it must be one of: {', '.join(sorted(known))}"
            )

    def raw(self, key: str) -> object:
        """Return the flag, else the environment's value, else the file's, else None."""
        if key in self._over:
            return self._over[key]
        return self._env.get(key) or self._found.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        found = self.raw(key)
        return default if found is None else self._checked(key, found, str, "a text in quotes")

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        found = self.raw(key)
        return default if found is None else self._checked(key, found, bool, "true or false")

    def seconds(self, key: str, default: int) -> int:
        """Return a duration in whole seconds."""
        return self._whole(key, default, 0, "a whole number of seconds, 0 or more")

    def count(self, key: str, default: int, least: int) -> int:
        """Return how many of something."""
        return self._whole(key, default, least, f"a whole number, {least} or more")

    def _whole(self, key: str, default: int, least: int, rule: str) -> int:
        found = self.raw(key)
        if found is None:
            return default
        number = self._checked(key, found, int, rule)
        if isinstance(found, bool) or number < least:
            raise InputError(f"{self.name}.{key} is {found!r}; it must be {rule}")
        return number

    def port(self, key: str) -> int:
        """Return a TCP port; 0 asks for a free one."""
        found = self.raw(key)
        text = str(0 if found is None else found)
        if not (text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
            flag = key.replace("_", "-")
            raise InputError(
                f"{key} is {text!r}; it must be 0 (a free one) to 65535. Fix: --{flag} 3000"
            )
        return int(text)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return one of some words; the first is the default."""
        found = self.text(key, choices[0])
        if found not in choices:
            raise InputError(f"{key} is {found!r}; it must be {' or '.join(choices)}")
        return found

    def _checked(self, key: str, found: object, kind: type[T], rule: str) -> T:
        if not isinstance(found, kind):
            raise InputError(f"{self.name}.{key} is {found!r}; it must be {rule}")
        return found


def as_table(name: str, found: object) -> dict[str, object]:
    """Return a TOML table; a missing one is empty.

    Raises: InputError when it is something else.
    """
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InputError(f"[{name}] is {found!r}; it must be a table of settings")
    return found


def read_toml(path: Path, *, must_exist: bool) -> dict[str, object]:
    """Return the tables of a TOML file.

    Raises: InputError when it cannot be read, or is not TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        if must_exist:
            raise InputError(f"{path} is not there; --config must name a TOML file") from None
        return {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is not readable as TOML: {error}. Fix the file") from error


def config_path(flags: Flags, env: Mapping[str, str]) -> Path:
    """Return where the configuration is: --config, the environment, or the XDG folder."""
    named = flags.get("config") or env.get("SESSION_INSPECTOR_CONFIG")
    home = env.get("XDG_CONFIG_HOME") or str(_home(env) / ".config")
    return Path(str(named)) if named else Path(home) / "session-inspector" / "config.toml"


def read_config(flags: Flags, env: Mapping[str, str]) -> dict[str, object]:
    """Return the tables of the configuration, empty when there is no file.

    Raises: InputError for a file that cannot be read, and for an unknown table.
    """
    path = config_path(flags, env)
    is_named = bool(flags.get("config") or env.get("SESSION_INSPECTOR_CONFIG"))
    found = read_toml(path, must_exist=is_named)
    unknown = sorted(set(found) - TABLES)
    if unknown:
        raise InputError(
            f"[{unknown[0]}] in {path} is no table; it must be one of: {', '.join(sorted(TABLES))}"
        )
    return found


def _home(env: Mapping[str, str]) -> Path:
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def state_folder(env: Mapping[str, str]) -> Path:
    """Return the folder of what the lab keeps, by the XDG rules."""
    state = env.get("XDG_STATE_HOME") or str(_home(env) / ".local" / "state")
    return Path(state) / "session-inspector"

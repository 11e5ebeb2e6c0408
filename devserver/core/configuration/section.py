"""One section of the configuration: typed values, each with a one-line error of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from session_inspector.devserver.core.errors import InputError

T = TypeVar("T")
MOST = 100_000_000
"""Of anything that is counted: what is kept of it must fit in memory."""
MOST_SECONDS = 10_000_000_000
"""317 years: the end of what lives so long is a date still."""
SHOWN = 60
"""Characters of a wrong value that a message shows."""
_DIGITS = re.compile("[0-9]{1,18}")
SWITCHES = {"true": True, "1": True, "false": False, "0": False}
"""Words for a switch in the environment."""


class ConfigSection:
    """A TOML table with environment variables and flags laid over it.

    Every reader raises InputError when a value breaks its rule.
    """

    def __init__(
        self,
        name: str,
        found: object,
        *,
        known: frozenset[str],
        flags: Mapping[str, object] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._found = as_table(name, found)
        self._flags = {key: value for key, value in (flags or {}).items() if value is not None}
        self._env = env or {}
        unknown = sorted(set(self._found) - known)
        if unknown:
            raise InputError(
                f"{name}.{plain_name(unknown[0])} is no setting;"
                f" it must be one of: {', '.join(sorted(known))}"
            )

    def raw(self, key: str) -> object:
        """Return the flag, else the environment's value, else the file's, else None."""
        if key in self._flags:
            return self._flags[key]
        return self._env.get(key) or self._found.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        found = self.raw(key)
        if found is None:
            return default
        return self._require(key, found, str, "a text in quotes")

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        found = self.raw(key)
        if found is None:
            return default
        if isinstance(found, str) and self._is_given_as_text(key):
            found = SWITCHES.get(found.lower(), found)
        return self._require(key, found, bool, "true or false")

    def seconds(self, key: str, default: int) -> int:
        """Return a duration in whole seconds."""
        rule = f"a whole number of seconds, 0 or more, at most {MOST_SECONDS:,}"
        return self._whole(key, default, 0, MOST_SECONDS, rule)

    def count(self, key: str, default: int, least: int) -> int:
        """Return how many of something."""
        rule = f"a whole number, {least} or more, at most {MOST:,}"
        return self._whole(key, default, least, MOST, rule)

    def _whole(self, key: str, default: int, least: int, most: int, rule: str) -> int:
        found = self.raw(key)
        if found is None:
            return default
        if isinstance(found, str) and _DIGITS.fullmatch(found) and self._is_given_as_text(key):
            found = int(found)
        number = self._require(key, found, int, rule)
        if isinstance(found, bool) or not least <= number <= most:
            raise InputError(f"{self.name}.{key} is {_shown(found)}; it must be {rule}")
        return number

    def port(self, key: str) -> int:
        """Return a TCP port; 0 asks for a free one."""
        found = self.raw(key)
        if found is None:
            return 0
        text = str(found)
        if not (text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
            flag = key.replace("_", "-")
            raise InputError(
                f"{key} is {_shown(text)}; it must be 0 (a free one) to 65535. Fix: --{flag} 3000"
            )
        return int(text)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return one of some words; the first is the default."""
        found = self.text(key, choices[0]).lower()
        if found not in choices:
            raise InputError(f"{key} is {_shown(found)}; it must be {' or '.join(choices)}")
        return found

    def _is_given_as_text(self, key: str) -> bool:
        """Report whether a value is from a flag or the environment, where all is text."""
        return key in self._flags or bool(self._env.get(key))

    def _require(self, key: str, found: object, kind: type[T], rule: str) -> T:
        if not isinstance(found, kind):
            raise InputError(f"{self.name}.{key} is {_shown(found)}; it must be {rule}")
        return found


def plain_name(name: str) -> str:
    """Return a name of a file as text that fits in a line, without control characters."""
    if name.isprintable() and len(name) <= SHOWN:
        return name
    return _shown(name)


def _shown(found: object) -> str:
    """Return a value as text that fits in a line; Python writes no number of 5,000 digits."""
    if isinstance(found, int) and abs(found) > 10**SHOWN:
        return f"a number of more than {SHOWN} digits"
    text = repr(found)
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}…"


def as_table(name: str, found: object) -> dict[str, object]:
    """Return a TOML table; a missing one is empty.

    Raises: InputError when it is something else.
    """
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InputError(f"[{name}] is {_shown(found)}; it must be a table of settings")
    return found

"""How the app looks and which keys it has: tables [ui] and [keys] of the configuration.

[ui]    theme = "night" | "day" | "contrast" | "mono",  compact = true | false,
        keep = 1000000   (events and sessions of which the app keeps the newest)
[keys]  login = "l", board_budget = "2", …   (Textual's names of keys, comma-separated)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from devserver.core.config import ConfigTable, Flags, read_config
from devserver.core.errors import InputError
from inspector.keys import KEYS

THEME_NAMES = ("night", "day", "contrast", "mono")
UI = frozenset({"theme", "compact", "keep"})
KEEP, LEAST = 1_000_000, 100
_KEYS = re.compile(r"[A-Za-z0-9_+]+(,[A-Za-z0-9_+]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person chose."""

    theme: str = "night"
    compact: bool = False
    keep: int = KEEP
    """Events, and sessions, of which the newest are kept."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Name of an action to its keys."""


def load_preferences(flags: Flags, env: Mapping[str, str]) -> Preferences:
    """Return the preferences; NO_COLOR means the theme without colour.

    Raises: InputError for an unknown theme, action or key, and for two actions on one key.
    """
    config = read_config(flags, env)
    ui = ConfigTable("ui", config.get("ui"), known=UI)
    default = "mono" if env.get("NO_COLOR") else ""
    return Preferences(
        theme=ui.choice("theme", THEME_NAMES) if ui.raw("theme") else default or THEME_NAMES[0],
        compact=ui.flag("compact", False),
        keep=ui.count("keep", KEEP, LEAST),
        keys=_keys(config.get("keys")),
    )


def _keys(found: object) -> dict[str, str]:
    table = ConfigTable("keys", found, known=frozenset(key.name for key in KEYS))
    chosen = {key.name: table.text(key.name) for key in KEYS if table.raw(key.name) is not None}
    for name, text in chosen.items():
        if not _KEYS.fullmatch(text):
            raise InputError(
                f"keys.{name} is {text!r}; it must be names of keys like l, ctrl+o or f2,"
                " separated by commas"
            )
    taken: dict[str, str] = {}
    for key in KEYS:
        for one in chosen.get(key.name, key.keys).split(","):
            if one in taken:
                raise InputError(
                    f"keys.{key.name}: {one!r} is the key of {taken[one]} already."
                    f" Fix: give {taken[one]} another key too"
                )
            taken[one] = key.name
    return chosen

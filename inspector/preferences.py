"""How the app looks and which keys it has: tables [ui] and [keys] of the configuration.

[ui]    theme = "night" | "day" | "contrast" | "mono",  compact = true | false,
        stores = ["redis://127.0.0.1:6379"]   (offered by `s`, measured by `m`),
        keep = 1000000   (events and sessions of which the app keeps the newest)
[keys]  login = "l", board_budget = "2", …   (Textual's names of keys, comma-separated)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.config import ConfigTable, Flags, read_config
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.keys import ALL, ALWAYS, BUDGET, DECODE, KEYS, LIST, REPLAY, Key

THEME_NAMES = ("night", "day", "contrast", "mono")
UI = frozenset({"theme", "compact", "stores", "keep"})
KEEP, LEAST = 1_000_000, 100
_KEYS = re.compile(r"[A-Za-z0-9_+]+(,[A-Za-z0-9_+]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person chose."""

    theme: str = "night"
    compact: bool = False
    stores: tuple[str, ...] = ()
    """URLs of stores to switch to and to measure."""
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
        stores=_stores(ui.raw("stores")),
        keep=ui.count("keep", KEEP, LEAST),
        keys=_keys(config.get("keys")),
    )


def _stores(found: object) -> tuple[str, ...]:
    urls = [] if found is None else found
    if not isinstance(urls, list) or not all(isinstance(url, str) and "://" in url for url in urls):
        raise InputError(
            f"ui.stores is {found!r}; it must be a list of store URLs:"
            ' ["redis://127.0.0.1:6379"]. See: session-inspector stores'
        )
    return tuple(urls)


def _keys(found: object) -> dict[str, str]:
    table = ConfigTable("keys", found, known=frozenset(key.name for key in ALL))
    chosen = {key.name: table.text(key.name) for key in ALL if table.raw(key.name) is not None}
    for name, text in chosen.items():
        if not _KEYS.fullmatch(text):
            raise InputError(
                f"keys.{name} is {text!r}; it must be names of keys like l, ctrl+o or f2,"
                " separated by commas"
            )
        reserved = set(text.split(",")) & set(ALWAYS.split(","))
        if reserved:
            raise InputError(
                f"keys.{name}: {min(reserved)!r} always quits. Fix: give {name} another key"
            )
    everywhere = (*KEYS, *REPLAY)
    _need_own_keys(chosen, everywhere)
    # a list takes its keys first: `open` opens the same line, all others would never be heard
    _need_own_keys(chosen, (*LIST, *(key for key in everywhere if key.name != "open")))
    _need_own_keys(chosen, (*LIST, *BUDGET))
    _need_own_keys(chosen, DECODE)
    return chosen


def _need_own_keys(chosen: Mapping[str, str], keys: Sequence[Key]) -> None:
    """Raises: InputError when two actions of one pane have one key."""
    taken: dict[str, str] = {}
    for key in keys:
        for one in chosen.get(key.name, key.keys).split(","):
            if one in taken:
                raise InputError(
                    f"keys.{key.name}: {one!r} is the key of {taken[one]} already."
                    f" Fix: give {taken[one]} another key too"
                )
            taken[one] = key.name

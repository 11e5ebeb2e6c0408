"""How the app looks and which keys it has: tables [ui] and [keys] of the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.configuration.file import Flags
from session_inspector.devserver.core.configuration.reading import load_sources
from session_inspector.devserver.core.configuration.section import ConfigSection
from session_inspector.devserver.core.configuration.setting import extend_table
from session_inspector.devserver.core.configuration.table import AppearanceSettings
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.keys import ALL, ALWAYS, BUDGET, DECODE, KEYS, LIST, REPLAY, Key

THEME_WITHOUT_COLOUR = "mono"
KEY_NAMES = re.compile(r"[A-Za-z0-9_+]+(,[A-Za-z0-9_+]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences(AppearanceSettings):
    """What a person chose."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Name of an action to its keys."""


def load_preferences(flags: Flags, env: Mapping[str, str]) -> Preferences:
    """Return the preferences; NO_COLOR means the theme without colour.

    Raises: InputError for an unknown theme, action or key, and for two actions on one key.
    """
    sources = load_sources(flags, env)
    theme = AppearanceSettings().theme
    if env.get("NO_COLOR"):
        theme = THEME_WITHOUT_COLOUR
    ui = sources.read(AppearanceSettings, theme=theme)
    return extend_table(Preferences, ui, keys=read_keys(sources.tables.get("keys")))


def read_keys(found: object) -> dict[str, str]:
    """Return the chosen keys by action. Raises: InputError."""
    section = ConfigSection("keys", found, known=frozenset(key.name for key in ALL))
    chosen = {key.name: section.text(key.name) for key in ALL if section.raw(key.name) is not None}
    for name, text in chosen.items():
        _check_key_names(name, text)
    everywhere = (*KEYS, *REPLAY)
    _need_own_keys(chosen, everywhere)
    # a list takes its keys first: `open` opens the same line, all others would never be heard
    _need_own_keys(chosen, (*LIST, *(key for key in everywhere if key.name != "open")))
    _need_own_keys(chosen, (*LIST, *BUDGET))
    _need_own_keys(chosen, DECODE)
    return chosen


def _check_key_names(action: str, text: str) -> None:
    """Raises: InputError for what is no list of keys, and for a key that always quits."""
    if not KEY_NAMES.fullmatch(text):
        raise InputError(
            f"keys.{action} is {text!r}; it must be names of keys like l, ctrl+o or f2,"
            " separated by commas"
        )
    reserved = set(text.split(",")) & set(ALWAYS.split(","))
    if reserved:
        raise InputError(
            f"keys.{action}: {min(reserved)!r} always quits. Fix: give {action} another key"
        )


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

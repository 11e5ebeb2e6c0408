"""Reads settings by the table: the file, then the environment, then the flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from session_inspector.devserver.core.configuration.file import Flags, read_config
from session_inspector.devserver.core.configuration.lists import READERS
from session_inspector.devserver.core.configuration.section import ConfigSection, as_table
from session_inspector.devserver.core.configuration.setting import Setting, rows_of
from session_inspector.devserver.core.configuration.table import ALL_ROWS, names_in

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Sources:
    """What may configure a run."""

    tables: Mapping[str, object]
    """Of the file."""
    flags: Flags
    env: Mapping[str, str]

    def section(self, name: str) -> ConfigSection:
        """Return a section with the environment and the flags laid over it.

        Raises: InputError for a name that is no setting.
        """
        outer, _, inner = name.partition(".")
        found = self.tables.get(outer)
        if inner:
            found = as_table(outer, found).get(inner)
        rows = [row for row in ALL_ROWS if row.section == name]
        env = {row.name: self.env[row.variable] for row in rows if row.variable in self.env}
        flags = {row.name: self.flags.get(row.destination) for row in rows}
        return ConfigSection(name, found, known=names_in(name), flags=flags, env=env)

    def read(self, make: Callable[..., S], **defaults: object) -> S:
        """Return a table's dataclass with what is configured; `defaults` replace the table's.

        Raises: InputError for a value that breaks its rule.
        """
        rows = rows_of(make)
        names = dict.fromkeys(row.section for row in rows)
        sections = {name: self.section(name) for name in names}
        values: dict[str, object] = {}
        for row in rows:
            default = defaults.get(row.name, row.default)
            values[row.name] = read_value(sections[row.section], row, default)
        return make(**values)


def load_sources(flags: Flags, env: Mapping[str, str]) -> Sources:
    """Return the sources of a run. Raises: InputError for a file that cannot be read."""
    return Sources(read_config(flags, env), flags, env)


def read_value(section: ConfigSection, row: Setting, default: object) -> object:
    """Return what is configured for a row, else the default. Raises: InputError."""
    found = section.raw(row.name)
    if found is None or (row.form == "choice" and found == ""):
        return default
    match row.form:
        case "text":
            return section.text(row.name)
        case "choice":
            return section.choice(row.name, row.choices)
        case "switch":
            return section.flag(row.name, False)
        case "port":
            return section.port(row.name)
        case "seconds":
            return section.seconds(row.name, 0)
        case "count":
            return section.count(row.name, row.least, row.least)
        case _:
            return READERS[row.form](section, row.name)

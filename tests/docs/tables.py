"""The tables of docs/ that are made from the code: `python -m tests.docs` writes them anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import get_args

from session_inspector.devserver.core.commands import Command
from session_inspector.devserver.core.configuration.setting import Section, Setting
from session_inspector.devserver.core.configuration.table import rows_in
from session_inspector.devserver.core.events.base import CookieSeen, Header, SessionFacts, Timer
from session_inspector.devserver.core.events.union import Event
from tests.apps.renewals import RENEWALS
from tests.docs import browser_rules

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
IN_EVERY_EVENT = frozenset(field.name for field in fields(Header))


def rows(classes: Iterable[type], without: frozenset[str] = frozenset()) -> str:
    """Return a table: the class, its members, the first sentence of its docstring."""
    lines = ["| type | members | meaning |", "|---|---|---|"]
    for cls in classes:
        members = [f"`{f.name}`" for f in fields(cls) if f.name not in without]
        said = (inspect.getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ")
        lines.append(f"| `{cls.__name__}` | {', '.join(members) or '–'} | {said} |")
    return "\n".join(lines)


def renewals_table() -> str:
    """Return how the session of each sample app rolls and is refreshed."""
    lines = ["| app | rolls | refreshed by |", "|---|---|---|"]
    for one in RENEWALS.values():
        roll = one.roll or "not by itself"
        lines.append(f"| {one.title} | {roll} | {one.refresh} |")
    return "\n".join(lines)


def settings_table(*sections: Section) -> str:
    """Return a table of settings; flag and environment are columns where a row has one."""
    found = [(section, row) for section in sections for row in rows_in(section)]
    is_wide = any(row.flag or row.variable for _, row in found)
    names = ["setting", "flag", "environment", "default", "meaning"]
    if not is_wide:
        names = ["setting", "default", "meaning"]
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for section, row in found:
        prefix = section.removeprefix(sections[0]).lstrip(".")
        cells = [code(f"{prefix}.{row.name}".lstrip(".")), default_words(row), row.help]
        if is_wide:
            cells[1:1] = [code(row.flag), code(row.variable)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def default_words(row: Setting) -> str:
    """Return what holds when nothing is configured, and what else may be chosen."""
    if row.unset:
        return row.unset
    if row.default is None:
        return "the SDK's, or its variable `AUTH0_COOKIE_*`"
    words = code(str(row.default).lower() if row.form == "switch" else str(row.default))
    if row.form == "seconds":
        words += " seconds"
    others = [code(choice) for choice in row.choices if choice != row.default]
    if others:
        words += f"; or {', '.join(others)}"
    return words


TABLES: dict[str, Callable[[], str]] = {
    "events": lambda: rows(get_args(Event), IN_EVERY_EVENT),
    "commands": lambda: rows(get_args(Command)),
    "lab": lambda: settings_table("lab"),
    "session": lambda: settings_table("session", "session.cookie"),
    "tokens": lambda: settings_table("tokens"),
    "attach": lambda: settings_table("attach"),
    "ui": lambda: settings_table("ui"),
    "run": lambda: settings_table("run"),
    "renewals": renewals_table,
    "browser_rules": browser_rules.alone,
    "browser_frames": browser_rules.framed,
    "parts": lambda: rows((SessionFacts, Timer, CookieSeen)),
}


def with_tables(text: str) -> str:
    """Return a page with each `<!-- table: NAME -->` part made anew."""

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n{TABLES[found[2]]()}\n<!-- end -->"

    return re.sub(r"(<!-- table: (\w+) -->)\n.*?<!-- end -->", made, text, flags=re.DOTALL)

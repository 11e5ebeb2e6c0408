"""The tables of docs/ that are made from the code: `python -m tests.docs` writes them anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import get_args

from session_inspector.devserver.core.commands import Command
from session_inspector.devserver.core.events.base import CookieSeen, Header, SessionFacts, Timer
from session_inspector.devserver.core.events.union import Event

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


TABLES: dict[str, Callable[[], str]] = {
    "events": lambda: rows(get_args(Event), IN_EVERY_EVENT),
    "commands": lambda: rows(get_args(Command)),
    "parts": lambda: rows((SessionFacts, Timer, CookieSeen)),
}


def with_tables(text: str) -> str:
    """Return a page with each `<!-- table: NAME -->` part made anew."""

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n{TABLES[found[2]]()}\n<!-- end -->"

    return re.sub(r"(<!-- table: (\w+) -->)\n.*?<!-- end -->", made, text, flags=re.DOTALL)

"""What was found of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.errors import InputError

State: TypeAlias = Literal["ok", "missing", "broken"]
"""Broken: what is needed does not work. Missing: a part that can be added when it is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One line of the report."""

    group: str
    name: str
    state: State
    text: str
    """What was found."""
    fix: str = ""
    """What to do; empty where nothing is to be done."""


def split_fix(message: str) -> tuple[str, str]:
    """Return what a message of the project's tree reports, and its fix; empty where it has none."""
    text, _, fix = " ".join(message.split()).partition(" Fix: ")
    return text, fix


def diagnose_error(group: str, name: str, error: InputError) -> Diagnosis:
    """Return the line of something that is refused."""
    text, fix = split_fix(error.message)
    return Diagnosis(group=group, name=name, state="broken", text=text, fix=fix)

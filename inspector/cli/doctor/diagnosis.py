"""What was found of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

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

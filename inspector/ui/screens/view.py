"""What the app hands to a screen to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from devserver.core.values import Seconds
from inspector.model.rows import Field
from inspector.model.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The state, the moment, and what the person has chosen."""

    state: State = field(default_factory=State)
    now: Seconds = 0.0
    session: str = ""
    query: str = ""
    sort: str = "newest"
    compared: tuple[Field, ...] = ()
    """Lines of the comparison."""
    revealed: Mapping[str, str] = field(default_factory=dict)


class Drawn(Protocol):
    """A screen that draws views."""

    def draw(self, view: View) -> None:
        """Show what there is now."""
        ...

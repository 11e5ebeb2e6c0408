"""The comparison as the app uses it: find what is there, then measure what was agreed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.settings import Settings
from session_inspector.inspector.compare.measure import Measured, compare
from session_inspector.inspector.compare.places import Place
from session_inspector.inspector.compare.reach import find_places


def read_configured_store(settings: Settings) -> list[str]:
    """Return the store that was configured; the lab's own file is nobody's choice."""
    own = f"sqlite://{settings.state_dir / 'sessions.db'}"
    if settings.store in (own, "sqlite://:memory:"):
        return []
    return [settings.store]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of stateless sessions and what stores there are."""

    settings: Settings
    named: tuple[str, ...]
    """Further URLs, beside the configured one."""
    env: Mapping[str, str]

    def find(self) -> Sequence[Place]:
        """Return what can be measured, and why not what cannot. It writes nothing."""
        return find_places([*read_configured_store(self.settings), *self.named], self.env)

    def measure(self, places: Sequence[Place], report: Callable[[Measured], None]) -> None:
        """Measure; `report` gets each result at once."""
        compare(self.settings, places, report)

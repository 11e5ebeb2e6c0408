"""Which session a request, a command or a session at the provider belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field

from session_inspector.inspector.model.facts.recent import Recent


@dataclass(frozen=True, kw_only=True)
class Links:
    """From what a line shows to the session that keys act on."""

    by_cause: Recent[str, str] = field(default_factory=Recent)
    """Exchange or command to the session it touched last."""
    beside: Recent[str, tuple[str, ...]] = field(default_factory=Recent)
    """Exchange or command to the others that it touched before that one."""
    by_sid: Recent[str, str] = field(default_factory=Recent)
    """The provider's session id to the newest session of it."""

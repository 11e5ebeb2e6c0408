"""Whoever carries out commands: the lab's control, or an attached app's."""

from __future__ import annotations

from typing import Protocol

from devserver.core.commands import Command, Reply
from devserver.core.values import JsonObject


class Executes(Protocol):
    """Takes any command."""

    async def execute(self, command: Command) -> Reply:
        """Carry out a command; what goes wrong is said in the reply, never raised."""
        ...

    def provider_state(self) -> JsonObject:
        """Return the provider's knobs and sessions. Raises: InspectorError without one of ours."""
        ...

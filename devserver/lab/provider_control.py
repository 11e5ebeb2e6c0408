"""The lab's own provider as commands and scenarios change it: keys, knobs, clock, sessions."""

from __future__ import annotations

from dataclasses import asdict
from typing import assert_never

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import (
    ProviderCommand,
    ResetKnobs,
    RevokeAtProvider,
    RotateKeys,
    SetKnobs,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.knobs import Knobs, turn_knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.local_provider import list_sessions, revoke_at
from session_inspector.devserver.provider.provider import Provider

CANNOT_CHANGE = "the provider is not ours; what it does cannot be changed here"
CANNOT_ROTATE = "the provider is not ours; rotate its keys there"
CANNOT_SKEW = "the provider is not ours; its clock cannot be moved"


class ProviderControl:
    """One provider and its clock; `provider` is None when it is an outside one."""

    def __init__(self, provider: Provider | None, clock: TravelClock) -> None:
        self._provider = provider
        self._clock = clock

    async def run(self, command: ProviderCommand, cause: str) -> str:
        """Carry out a command; returns a sentence.

        Raises: InspectorError when there is no local provider, or it refuses.
        """
        match command:
            case RotateKeys():
                return self._rotate_keys(cause)
            case SetKnobs():
                knobs = self._require(CANNOT_CHANGE).faults.knobs
                return self._turn(turn_knobs(knobs, command), cause)
            case ResetKnobs():
                return self._turn(Knobs(), cause)
            case RevokeAtProvider():
                return await revoke_at(self._require(CANNOT_CHANGE), command, cause=cause)
            case _:
                assert_never(command)

    def state(self) -> JsonObject:
        """Return the knobs and who is signed in. Raises: InspectorError without a local one."""
        provider = self._require(CANNOT_CHANGE)
        return {"knobs": asdict(provider.faults.knobs), "sessions": [*list_sessions(provider)]}

    def skew(self, seconds: float) -> None:
        """Let the provider's clock differ from the app's, beyond the knob for it.

        Raises: InspectorError without a local one.
        """
        provider = self._require(CANNOT_SKEW)
        self._clock.offset = provider.faults.knobs.skew + seconds

    def _rotate_keys(self, cause: str) -> str:
        kid = self._require(CANNOT_ROTATE).rotate_keys(cause=cause)
        return f"the provider signs with key {kid[:8]} now"

    def _turn(self, knobs: Knobs, cause: str) -> str:
        provider = self._require(CANNOT_CHANGE)
        self._clock.offset += knobs.skew - provider.faults.knobs.skew
        provider.turn_knobs(knobs, cause=cause)
        return "; ".join(knobs.describe()) or "the provider is healthy"

    def _require(self, reason: str) -> Provider:
        if self._provider is None:
            raise InspectorError(reason)
        return self._provider

"""Commands on somebody else's app: what its store allows, and why not for all else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count

from session_inspector.devserver.attach.watched_store import NO_STORE, Shelf
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    Command,
    Expire,
    Prune,
    Reply,
    Reveal,
    Revoke,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.web.executor import reported
from session_inspector.devserver.web.reveal_cache import Vault

ELSEWHERE = "the provider is another process: session-inspector provider URL-OF-THE-LAB"
WHY_NOT = {
    "Login": "this is your app: log in with your browser (b opens it)",
    "Request": "the browser is yours: load a page there",
    "RefreshTokens": "the browser is yours: let your app refresh its tokens",
    "Logout": "the browser is yours: log out there (v revokes a session in the store)",
    "DropCookie": "the cookie is in your browser: delete it there",
    "Switch": "how sessions travel is your app's own configuration",
    "MoveClock": "your app's clock is not ours: no time travel when attached",
    "RotateKeys": "the provider is not ours; rotate its keys there",
    "SetKnobs": ELSEWHERE,
    "ResetKnobs": ELSEWHERE,
    "RevokeAtProvider": ELSEWHERE,
    "RunScenario": "scenarios are played in the lab: session-inspector scenario",
}
"""Commands that an attached app cannot be asked, and what to do instead."""


class AttachedControl:
    """Runs commands on a shelf; without one only secrets can be revealed."""

    def __init__(self, shelf: Shelf | None, vault: Vault, clock: Clock, publish: Publish) -> None:
        self.settle: Callable[[], Awaitable[None]] = _settled
        """Tells what was noted before a command: a write of then must not follow its revocation."""
        self._shelf = shelf
        self._vault = vault
        self._clock = clock
        self._publish = publish
        self._numbers = count(1)

    async def execute(self, command: Command) -> Reply:
        """Carry out a command; what goes wrong is said in the reply, never raised."""
        cause = f"c{next(self._numbers)}"
        await self.settle()
        work = self._run(command, cause)
        return await reported(command, cause, work, self._clock, self._publish)

    def provider_state(self) -> JsonObject:
        """Raise: an attached app's provider is another process. Raises: InspectorError."""
        raise InspectorError(ELSEWHERE)

    async def _run(self, command: Command, cause: str) -> Reply:
        match command:
            case Reveal(digest=digest):
                return self._reveal(digest)
            case Revoke(session=session):
                said = await self._rows().revoke(session, cause=cause)
            case UndoRevoke():
                said = await self._rows().undo_revoke(cause=cause)
            case Expire(session=session, clock=clock):
                said = await self._rows().expire(session, clock, cause=cause)
            case Prune(is_dry=is_dry):
                return await self._rows().prune(is_dry=is_dry, cause=cause)
            case _:
                raise InspectorError(WHY_NOT[type(command).__name__])
        return Reply(is_ok=True, message=said)

    def _rows(self) -> Shelf:
        if self._shelf is None:
            raise InspectorError(NO_STORE)
        return self._shelf

    def _reveal(self, digest: str) -> Reply:
        text = self._vault.reveal(digest)
        if text is None:
            return Reply(is_ok=False, message="that secret is no longer held; let it be set again")
        return Reply(is_ok=True, message="revealed until you leave it", value=text)


async def _settled() -> None:
    """There is no proxy whose notes could wait."""

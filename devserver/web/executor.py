"""Who carries out commands: the lab's control, or an attached app's."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.server import CommandRun
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject


class Executor(Protocol):
    """Carries out any command."""

    async def execute(self, command: Command) -> Reply:
        """Carry out a command; the reply has what went wrong, nothing is raised."""
        ...

    def provider_state(self) -> JsonObject:
        """Return the provider's knobs and sessions. Raises: InspectorError without one of ours."""
        ...


async def run_and_report(
    command: Command, cause: str, work: Awaitable[Reply], clock: Clock, publish: Publish
) -> Reply:
    """Return the reply to a command, and publish how it went; an InspectorError is a reply too.

    Of a command in parts the last one is published: it shows what all of them have done.
    """
    try:
        reply = await work
    except InspectorError as error:
        reply = Reply(is_ok=False, message=error.message)
    if reply.has_more:
        return reply
    publish(
        CommandRun(
            at=clock.now(),
            cause=cause,
            session=getattr(command, "session", ""),
            command=type(command).__name__,
            is_ok=reply.is_ok,
            message=reply.message,
        )
    )
    return reply

"""How a command went is published, whatever came of it."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import Command, Logout, Reply, RotateKeys
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.server import CommandRun
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.web.executor import run_and_report


async def answer(reply: Reply) -> Reply:
    return reply


async def fail() -> Reply:
    raise InspectorError("nobody's browser holds this session")


async def test_a_reply_is_passed_on_and_reported() -> None:
    events: list[Event] = []
    command: Command = RotateKeys()
    done = Reply(is_ok=True, message="new key k2")
    work = answer(done)
    assert await run_and_report(command, "c1", work, ManualClock(7), events.append) == done
    assert events == [
        CommandRun(
            at=7, cause="c1", session="", command="RotateKeys", is_ok=True, message="new key k2"
        )
    ]


async def test_an_error_is_a_reply_with_its_session() -> None:
    events: list[Event] = []
    command: Command = Logout(session="s")
    reply = await run_and_report(command, "c1", fail(), ManualClock(7), events.append)
    assert reply == Reply(is_ok=False, message="nobody's browser holds this session")
    (event,) = events
    assert isinstance(event, CommandRun)
    assert (event.session, event.is_ok, event.message) == ("s", False, reply.message)

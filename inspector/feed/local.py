"""The feed of a lab, or of an attached app, that runs in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Protocol, TypeVar

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.values import Seconds, Unsubscribe
from session_inspector.devserver.web.executor import Executor
from session_inspector.devserver.web.urgency import Urgency

R = TypeVar("R")


class Running(Protocol):
    """What runs: a RunningLab or a RunningAttachment."""

    @property
    def journal(self) -> Journal:
        """What happened."""
        ...

    @property
    def control(self) -> Executor:
        """Who carries out commands, in the server's loop."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is there."""
        ...

    @property
    def urgency(self) -> Urgency:
        """What tasks that can wait give way to."""
        ...

    def submit(self, work: Coroutine[object, object, R]) -> Future[R]:
        """Run a coroutine in the server's loop, from any thread."""
        ...


class LocalFeed:
    """Journal and control of what runs; commands cross into the server's loop."""

    def __init__(self, lab: Running) -> None:
        self._lab = lab

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq`, and how many were dropped before them."""
        return self._lab.journal.since(seq)

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake` from the server's thread after each event."""
        return self._lab.journal.on_change(wake)

    async def send(self, command: Command) -> Reply:
        """Carry out a command in the server's loop."""
        return await asyncio.wrap_future(self._lab.submit(self._lab.control.execute(command)))

    def give_way_to(self, ask: Callable[[], int]) -> None:
        """Let tasks that can wait give way while a number other than 0 is returned."""
        self._lab.urgency.ask = ask

    def now(self) -> Seconds:
        """Return the lab's moment, time travel included."""
        return self._lab.clock.now()

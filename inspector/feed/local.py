"""The feed of a lab that runs in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from devserver.core.commands import Command, Reply
from devserver.core.events import Event
from devserver.core.values import Seconds, Unsubscribe
from devserver.host import RunningLab


class LocalFeed:
    """Journal and control of a RunningLab; commands cross into the server's loop."""

    def __init__(self, lab: RunningLab) -> None:
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

    def now(self) -> Seconds:
        """Return the lab's moment, time travel included."""
        return self._lab.clock.now()

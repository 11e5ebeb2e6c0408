"""What `P` does: counts the rows that have expired, asks, and deletes them a portion at a time."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.commands import MOST_KEPT, Prune, Reply
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.long_work import LongWork
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.screens.choices import YES_NO
from session_inspector.inspector.ui.screens.menu import Menu

COUNT = "Counting expired rows"
DELETE = "Deleting expired rows"


class PruneActions:
    """Prunes the store that is watched."""

    def __init__(self, window: Window, commander: Commander) -> None:
        self._window = window
        self._commander = commander

    def prune(self) -> None:
        """Count the expired rows, then ask whether to delete them."""
        self._window.run(self._count_and_ask())

    async def _count_and_ask(self) -> None:
        """Count first: what is deleted is known before it is."""
        counted = await self._go_through(Prune(part="next"), LongWork(self._window, COUNT))
        if not counted.rows:
            self._window.say(counted.message, is_ok=counted.is_ok)
            return
        delete = "delete them"
        if counted.rows > MOST_KEPT:
            delete = f"delete them: of more than {MOST_KEPT:,} none can be put back"
        choices = [("yes", delete), ("no", "keep them")]
        menu = Menu(counted.message, choices, keys=YES_NO)

        def answer(choice: str) -> None:
            if choice == "yes":
                self._window.run(self._delete(counted))

        self._window.ask(menu, answer)

    async def _delete(self, counted: Reply) -> None:
        """Delete what was counted: what has ended since is not among it."""
        command = Prune(is_dry=False, part="next", at=counted.at)
        work = LongWork(self._window, DELETE, counted.rows)
        self._commander.report(await self._go_through(command, work))

    async def _go_through(self, command: Prune, work: LongWork) -> Reply:
        """Send one part after the other, until it is done or stopped."""
        async with work:
            reply = await self._commander.request(command)
            while reply.has_more and not work.was_stopped:
                work.show(reply.rows, reply.message)
                command = replace(command, at=reply.at)
                reply = await self._commander.request(command)
        if reply.has_more:
            return await self._commander.request(replace(command, part="stop", at=reply.at))
        return reply

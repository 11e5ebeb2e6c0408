"""All a front end knows of the world: events by number, and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from session_inspector.devserver.core.values import Seconds, Unsubscribe

if TYPE_CHECKING:  # 60 classes, which the first screen does not need
    from session_inspector.devserver.core.commands import Command, Reply
    from session_inspector.devserver.core.events.union import Event


class Feed(Protocol):
    """Events go up, commands go down; local and remote are the same to a screen."""

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq`, and how many were dropped before them."""
        ...

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake`, from any thread, when there is something new; returns "stop"."""
        ...

    async def send(self, command: Command) -> Reply:
        """Carry out a command; what changed comes as events."""
        ...

    def now(self) -> Seconds:
        """Return the lab's moment, time travel included."""
        ...


@runtime_checkable
class Distant(Protocol):
    """A feed that may lose its server, and finds it again by itself."""

    @property
    def trouble(self) -> str:
        """Why nothing new is heard, in a few words; empty: it is connected."""
        ...


@runtime_checkable
class Beside(Protocol):
    """A feed whose server runs in this process, and shares its interpreter."""

    def give_way_to(self, ask: Callable[[], int]) -> None:
        """Let its tasks that can wait give way while a person waits for the screen.

        `ask` returns the number of what is waited for; 0: nothing. It is called from any thread.
        """
        ...


@runtime_checkable
class Stepped(Protocol):
    """A feed that can be gone through forward and back: a recording."""

    def step(self, by: int) -> None:
        """Show `by` events more; fewer when it is negative."""
        ...

    @property
    def place(self) -> tuple[int, int]:
        """How many events are shown, of how many."""
        ...

    def go_to(self, count: int, moment: Seconds | None = None) -> None:
        """Show so many events, at a moment; None: at that of the last of them."""
        ...

    def recorded(self) -> Sequence[Event]:
        """Return all events that have been read."""
        ...

"""Answers that take long: found in a thread, the last one shown until there is a newer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeAlias, TypeVar

from textual.dom import DOMNode
from textual.worker import Worker

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds

T = TypeVar("T")
Wanted: TypeAlias = Callable[[], bool]
REST = 1.0
"""Seconds between an answer and the next look, at least."""
SHARE = 30
"""And so many times what the answer took."""
BREAK = 0.015
"""Seconds that a look nobody waits for sleeps after each millisecond of work: keys come first."""

_NEVER = threading.Event()
"""Waited for with a timeout: a pause of a thread."""


class Lookup(Generic[T]):
    """Asks again when the question is another, and now and then, since the state moves on."""

    def __init__(
        self,
        owner: DOMNode,
        group: str,
        nothing: T,
        when_found: Callable[[], object],
        pause: Callable[[Seconds], object] = _NEVER.wait,
    ) -> None:
        """`owner` runs the workers, in a group of this name.

        `nothing` is the answer before the first one; `when_found` is called after each.
        """
        self._owner = owner
        self._group = group
        self._nothing = nothing
        self._when_found = when_found
        self._pause = pause
        self.value = nothing
        self._asked: Hashable = None
        self._answered: Hashable = None
        self._searched: object = None
        """What the last look went through."""
        self._is_looking = False
        self._next_look: Seconds = 0.0

    def ask(
        self,
        question: Hashable,
        find: Callable[[Wanted], T],
        searched: object = None,
        *,
        is_awaited: bool = False,
    ) -> T:
        """Return the last answer. `find` runs in a thread, asks often whether it is still wanted,
        and may end once it is not.

        The same `searched` again is not looked through again, None is. A person waits for what is
        awaited; all else takes breaks, and so does each later look.
        """
        is_new = question != self._asked
        if is_new or self._is_due(searched):
            self._asked = question
            self._searched = searched
            self._is_looking = True
            rest = BREAK
            if is_new and is_awaited:
                rest = 0.0

            async def look() -> None:
                await self._look(question, find, rest)

            # no coroutine yet: a worker that never begins would leave it behind
            _: Worker[None] = self._owner.run_worker(look, exclusive=True, group=self._group)
        return self.value

    def forget(self) -> None:
        """Ask no more; the next question is a new one."""
        self._asked = None
        self._answered = None
        self._searched = None
        self.value = self._nothing

    @property
    def is_busy(self) -> bool:
        """True until the question that was asked has its first answer."""
        return self._asked != self._answered

    def _is_due(self, searched: object) -> bool:
        if self._is_looking or asyncio.get_running_loop().time() < self._next_look:
            return False
        return searched is None or searched is not self._searched

    async def _look(self, question: Hashable, find: Callable[[Wanted], T], rest: Seconds) -> None:
        began = stopwatch()
        cancelled = threading.Event()

        def is_wanted() -> bool:
            if rest:
                self._pause(rest)
            return not cancelled.is_set()

        try:
            value = await asyncio.to_thread(find, is_wanted)
        finally:
            cancelled.set()  # a newer question has replaced this one: the thread ends soon
        self._take(question, value, stopwatch() - began)

    def _take(self, question: Hashable, value: T, took: Seconds) -> None:
        if question != self._asked:
            return
        self.value = value
        self._answered = question
        self._is_looking = False
        self._next_look = asyncio.get_running_loop().time() + max(REST, SHARE * took)
        self._when_found()

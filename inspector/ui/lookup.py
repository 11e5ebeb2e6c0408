"""Answers that take long: found in a thread, the last one shown until there is a newer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeAlias, TypeVar

from textual.dom import DOMNode
from textual.worker import get_current_worker

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
        name: str,
        nothing: T,
        found: Callable[[], object],
        pause: Callable[[Seconds], object] = _NEVER.wait,
    ) -> None:
        """`nothing` is the answer before the first one; `found` is called after each."""
        self._pause = pause
        self._owner, self._name, self._tell = owner, name, found
        self.value = self._nothing = nothing
        self._asked: Hashable = None
        self._answered: Hashable = None
        self._is_looking = False
        self._of: object = None
        self._next: Seconds = 0.0

    def ask(
        self,
        question: Hashable,
        find: Callable[[Wanted], T],
        of: object = None,
        *,
        is_awaited: bool = False,
    ) -> T:
        """Return the last answer. `find` runs in a thread, asks often whether it is still wanted,
        and may end once it is not.

        `of` is what it looks through: the same again is not looked through again, None is. A person
        waits for what is awaited; all else takes breaks, and so does each later look.
        """
        is_due = not self._is_looking and asyncio.get_running_loop().time() >= self._next
        is_new = question != self._asked
        if is_new or (is_due and (of is None or of is not self._of)):
            self._asked, self._is_looking, self._of = question, True, of
            rest = 0.0 if is_new and is_awaited else BREAK
            self._owner.run_worker(
                lambda: self._look(question, find, rest),
                thread=True,
                exclusive=True,
                group=self._name,
            )
        return self.value

    def forget(self) -> None:
        """Ask no more; the next question is a new one."""
        self._asked = self._answered = self._of = None
        self.value = self._nothing

    @property
    def is_busy(self) -> bool:
        """True until the question that was asked has its first answer."""
        return self._asked != self._answered

    def _look(self, question: Hashable, find: Callable[[Wanted], T], rest: Seconds) -> None:
        worker, began = get_current_worker(), stopwatch()

        def is_wanted() -> bool:
            if rest:
                self._pause(rest)
            return not worker.is_cancelled

        value = find(is_wanted)
        if not worker.is_cancelled:
            self._owner.app.call_from_thread(self._found, question, value, stopwatch() - began)

    def _found(self, question: Hashable, value: T, took: Seconds) -> None:
        if question != self._asked:
            return
        self.value, self._answered, self._is_looking = value, question, False
        self._next = asyncio.get_running_loop().time() + max(REST, SHARE * took)
        self._tell()

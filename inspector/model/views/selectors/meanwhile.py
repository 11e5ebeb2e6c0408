"""Which requests of a session were under way while its row changed: a look shows no more of it.

look    x5 GET /cart |--------|    look: the row is another one       x5 is the only one meanwhile

It may have been somebody else all the same: another process, or a request past the proxy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.causes import is_command
from session_inspector.inspector.model.facts.state import State


class SessionRequests:
    """The requests that one session was in, and when each was under way."""

    def __init__(self, state: State, session: str, events: Iterable[Event]) -> None:
        """`events` are the newest ones of all sessions."""
        self._spans: dict[str, tuple[Seconds, Seconds]] = {}
        self._commands: list[Seconds] = []
        ends: dict[str, Seconds] = {}
        for event in events:
            if isinstance(event, ExchangeEnded):
                ends[event.exchange] = event.at
            if event.session != session:
                continue
            asked = state.exchanges.get(event.cause)
            if asked is not None:
                self._spans.setdefault(event.cause, (asked.at, math.inf))
            elif is_command(event.cause):
                self._commands.append(event.at)
        for exchange, (began, _) in self._spans.items():
            self._spans[exchange] = (began, ends.get(exchange, math.inf))

    def find_meanwhile(self, event: Event) -> Sequence[str]:
        """Return the requests that were under way between the look before a change and its own.

        Where a command of yours did something to the session then, there are none to name.
        """
        if not isinstance(event, SessionSeen) or event.cause or not event.since:
            return ()
        if any(event.since <= at <= event.at for at in self._commands):
            return ()
        return tuple(
            exchange
            for exchange, (began, ended) in self._spans.items()
            if began <= event.at and ended >= event.since
        )

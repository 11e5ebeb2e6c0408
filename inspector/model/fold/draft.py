"""What a batch of events changes, while it is folded: made from one state, and into the next.

A frozen state is made once a batch and not once an event, which was most of what an event cost.
Nobody else sees a draft, and the state it came from stays what it was.
"""

from __future__ import annotations

from dataclasses import replace

from session_inspector.inspector.model.facts.state import KnownSession, State


class Draft:
    """The parts of a state that `_fold_facts` changes; the maps are shared until they change."""

    __slots__ = (
        "_added",
        "_dropped",
        "_room",
        "_state",
        "commands",
        "exchanges",
        "lab",
        "over",
        "provider_sessions",
        "sessions",
    )

    def __init__(self, state: State) -> None:
        self._state = state
        self._added: list[str] = []
        self._dropped = 0
        self._room = state.order.room
        self.lab = state.lab
        self.sessions = state.sessions.mutate()
        self.over = state.over
        self.exchanges = state.exchanges
        self.commands = state.commands
        self.provider_sessions = state.provider_sessions

    def finish(self) -> State:
        """Return the state after the batch; the draft cannot be used after that."""
        return replace(
            self._state,
            lab=self.lab,
            sessions=self.sessions.finish(),
            order=self._state.order.with_items(self._added),
            over=self.over,
            exchanges=self.exchanges,
            commands=self.commands,
            provider_sessions=self.provider_sessions,
        )

    @property
    def is_ours(self) -> bool:
        """Whether our own engine runs the sessions: this is the lab."""
        return not self.lab.upstream

    def replace_session(self, old: KnownSession, new: KnownSession) -> None:
        """Put a known session in the place of what it was, and count those that are over."""
        if old.ended is not new.ended:
            self.over += new.is_surely_over - old.is_surely_over
        self.sessions[new.session] = new

    def keep_session(self, known: KnownSession) -> None:
        """Put a session in its place: a new one at the end, where the first makes room."""
        old = self.sessions.get(known.session)
        if old is not None:
            self.replace_session(old, known)
            return
        if self._room:
            self._room -= 1
        else:
            self._drop_first()
        self.sessions[known.session] = known
        self._added.append(known.session)
        self.over += known.is_surely_over

    def _drop_first(self) -> None:
        """Forget the session that was first seen before all others: one of this batch at last."""
        order = self._state.order
        if self._dropped < len(order):
            name = order[self._dropped]
        else:
            name = self._added[self._dropped - len(order)]
        self._dropped += 1
        self.over -= self.sessions.pop(name).is_surely_over

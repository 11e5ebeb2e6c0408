"""Sends commands: the lab carries them out, events show what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from session_inspector.devserver.core.commands import (
    MOST_KEPT,
    Command,
    DropCookie,
    Expire,
    Prune,
    PutCookie,
    Reply,
    ResetKnobs,
    Reveal,
    RevealUse,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    SetKnobs,
    Undo,
    UndoRevoke,
)
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.selectors.target import name_target
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.words.guides import BEGIN
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.watch import Watch

UNDOABLE = (Revoke, Expire, Prune, DropCookie, PutCookie)


class Commander:
    """The way of every command from a key to the feed."""

    def __init__(self, watch: Watch, window: Window) -> None:
        self._watch = watch
        self._window = window

    def send(self, command: Command) -> None:
        """Send a command in the background; its answer is said."""
        self._window.run(self._deliver_in_background(command))

    async def deliver(self, command: Command) -> Reply:
        """Send a command and return its answer; it is said, unless the timeline shows it."""
        reply = await self.request(command)
        self.report(reply)
        return reply

    def report(self, reply: Reply) -> None:
        """Say an answer, unless the timeline shows it."""
        self._window.answer(reply.message, is_ok=reply.is_ok)

    async def request(self, command: Command) -> Reply:
        """Send a command, and return its answer; nothing is said."""
        reply = await self._watch.bridge.send(command)
        self._count_undoable(command, reply)
        return reply

    def _count_undoable(self, command: Command, reply: Reply) -> None:
        """Count what can be undone: the footer offers it only then."""
        view = self._watch.view
        count = view.undoable
        if isinstance(command, Undo | UndoRevoke):
            count = max(0, count - 1) if reply.is_ok else 0
        elif reply.is_ok and isinstance(command, UNDOABLE) and not reply.has_more:
            count += 1
        if isinstance(command, Prune) and (command.is_dry or not 0 < reply.rows <= MOST_KEPT):
            return
        if count != view.undoable:
            self._watch.show(replace(view, undoable=count))

    async def reveal_cookies(self, session: str, use: RevealUse) -> dict[str, str] | None:
        """Return a session's live cookies in clear, by name; None: one was refused."""
        values: dict[str, str] = {}
        bridge = self._watch.bridge
        for row in cookie_rows(bridge.state, session, bridge.now()):
            if not row.is_alive:
                continue
            reply = await self.request(Reveal(digest=row.value.digest, use=use))
            if not reply.is_ok:
                self._window.say(reply.message, is_ok=False)
                return None
            values[row.name] = reply.value
        return values

    def send_for_session(self, make: Callable[[str], Command]) -> None:
        """Send a command about the marked session."""
        session = self.find_session()
        if session:
            self.send(make(session))

    def find_session(self) -> str:
        """Return the session that keys act on; without one, empty, and it is said."""
        # a key may come before the first session is marked
        session = self._watch.view.session or self._window.subject.session
        if session in self._watch.bridge.state.sessions:
            return session
        problem = f"there is no session yet: {BEGIN[self._watch.view.guide]}"
        if self._watch.bridge.state.sessions:
            problem = "no session is selected"
        if self._watch.view.query:
            problem = mark_keys(
                "no session that matches the filter is selected (<back> clears the filter)"
            )
        self._window.say(problem, is_ok=False)
        return ""

    def name_session(self, session: str) -> str:
        """Return a session as questions name it."""
        bridge = self._watch.bridge
        return name_target(session_row(bridge.state, session, bridge.now()))

    def is_refused_here(self, command: Command) -> bool:
        """Check whether only the lab can do it; then the refusal tells what to do instead."""
        if self._watch.place == "lab" or self._has_provider_for(command):
            return False
        self.send(command)
        return True

    def _has_provider_for(self, command: Command) -> bool:
        """Check for a command to a provider that is watched with the app."""
        is_for_provider = isinstance(command, (RotateKeys, SetKnobs, ResetKnobs, RevokeAtProvider))
        return is_for_provider and bool(self._watch.bridge.state.lab.issuer)

    async def _deliver_in_background(self, command: Command) -> None:
        await self.deliver(command)

"""Revokes all sessions that are marked: one question, then one command each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from session_inspector.devserver.core.commands import Revoke
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.views.filters import compile_filter
from session_inspector.inspector.model.views.selectors.row import why_not_revocable
from session_inspector.inspector.model.views.session_summary import SessionSummary
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.long_work import LongWork
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.screens.choices import YES_NO
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch

NAMED = 5
"""Sessions that the question names."""
LONGEST_NAME = 100
REVOKING = "Revoking the marked sessions"


class BulkRevoke:
    """What `v` does where sessions are marked."""

    def __init__(self, watch: Watch, window: Window, commander: Commander) -> None:
        self._watch = watch
        self._window = window
        self._commander = commander

    def revoke_marked(self) -> None:
        """Ask, and delete the rows of those that are shown and can be revoked."""
        shown = self._list_shown()
        state = self._watch.bridge.state
        problems = {name: why_not_revocable(state, state.sessions[name]) for name in shown}
        targets = [name for name in shown if not problems[name]]
        if not targets:
            why = next(
                iter(problems.values()), mark_keys("the filter hides what is marked (<back>)")
            )
            self._window.say(f"none of the marked can be revoked: {why}", is_ok=False)
            return
        self._window.ask(
            self._make_menu(targets, len(self._watch.view.marked)), self._hear(targets)
        )

    def _make_menu(self, targets: Sequence[str], marked: int) -> Menu:
        names = [safe(self._commander.name_session(name), LONGEST_NAME) for name in targets[:NAMED]]
        note = "\n".join(names)
        if len(targets) > NAMED:
            note += f"\nand {len(targets) - NAMED:,} more"
        title = f"Revoke {count_noun(len(targets), 'session')}?"
        if len(targets) < marked:
            title = (
                f"Revoke {len(targets):,} of {marked:,} marked? The others cannot be, or are hidden"
            )
        choices = [("yes", "revoke: delete their rows; undo puts back, one by one"), ("no", "keep")]
        return Menu(title, choices, note=note, keys=YES_NO)

    def _hear(self, targets: Sequence[str]) -> Callable[[str], None]:
        def answer(choice: str) -> None:
            if choice == "yes":
                self._window.run(self._revoke(targets))

        return answer

    async def _revoke(self, targets: Sequence[str]) -> None:
        """Send the commands one after the other; count what was done, and say what was not."""
        done = 0
        problem = ""
        async with LongWork(self._window, REVOKING, len(targets)) as work:
            for number, session in enumerate(targets):
                if work.was_stopped:
                    problem = f"; stopped, {len(targets) - number:,} were not asked for"
                    break
                work.show(number, f"{done:,} revoked")
                reply = await self._commander.request(Revoke(session=session))
                done += reply.is_ok
                if not reply.is_ok:
                    problem = f"; {reply.message}"
        self._watch.show(replace(self._watch.view, marked=frozenset()))
        self._window.say(f"{count_noun(done, 'session')} revoked{problem}", is_ok=not problem)

    def _list_shown(self) -> list[str]:
        """Return the marked sessions that the filter keeps: what is hidden is no target."""
        state = self._watch.bridge.state
        now = self._watch.bridge.now()
        keep = compile_filter(self._watch.view.query).keep
        marked = [name for name in sorted(self._watch.view.marked) if name in state.sessions]
        return [name for name in marked if keep(SessionSummary(state, state.sessions[name], now))]

"""Keys that begin, use and end sessions."""

from __future__ import annotations

from session_inspector.devserver.core.commands import (
    DropCookie,
    Expire,
    Login,
    Logout,
    RefreshTokens,
    Request,
    Revoke,
    Switch,
    Undo,
)
from session_inspector.inspector.model.views.selectors.row import (
    why_not_revocable,
    why_not_writable,
)
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.actions.bulk import BulkRevoke
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.cookies import CookieActions
from session_inspector.inspector.ui.actions.pruning import PruneActions
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.choices import (
    CLOCK_KEYS,
    YES_NO,
    carrier_keys,
    carriers,
    clocks_of,
)
from session_inspector.inspector.ui.screens.letters import assign_letters
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.session_list import SessionList


class SessionActions:
    """Log in, request, refresh, log out, revoke, prune, expire, switch."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        commander: Commander,
        cookies: CookieActions,
        stores: tuple[str, ...],
    ) -> None:
        """`stores` are the URLs that `switch` offers."""
        self._watch = watch
        self._window = window
        self._commander = commander
        self._cookies = cookies
        self._stores = stores
        self._bulk = BulkRevoke(watch, window, commander)
        self._prune_actions = PruneActions(window, commander)
        self._next_user = 0

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "login": lambda: self._watch.when_begun(self.log_in),
            "login_as": lambda: self._watch.when_begun(self.log_in_as),
            "request": self.request_page,
            "refresh": self.refresh_tokens,
            "logout": self.log_out,
            "revoke": self.revoke,
            "undo_revoke": self.undo_revoke,
            "prune": self._prune_actions.prune,
            "drop": self.drop_cookie,
            "switch": self.switch_carrier,
            "expire": self.expire,
        }

    def log_in(self) -> None:
        """Log in as the next user."""
        users = self._watch.bridge.state.lab.users
        if self._commander.is_refused_here(Login(user="")):
            return
        if not users:
            self._window.say(
                mark_keys("the provider is not ours: press <browse> and sign in there"), is_ok=False
            )
            return
        user = users[self._next_user % len(users)]
        self._next_user += 1
        self._log_in_as(user)

    def log_in_as(self) -> None:
        """Let the person pick a user."""
        if self._commander.is_refused_here(Login(user="")):
            return
        users = self._watch.bridge.state.lab.users
        names = [(user, user.rpartition("|")[2]) for user in users]
        menu = Menu(
            "Log in as",
            [(user, user) for user in users],
            typed="or type any name",
            keys=assign_letters(names, {}),
        )
        self._window.ask(menu, self._log_in_as)

    def request_page(self) -> None:
        """Let the session's browser request a page."""
        self._commander.send_for_session(lambda session: Request(session=session))

    def refresh_tokens(self) -> None:
        """Let the session's browser ask for a fresh access token."""
        self._commander.send_for_session(lambda session: RefreshTokens(session=session))

    def log_out(self) -> None:
        """Log the session out."""
        self._commander.send_for_session(lambda session: Logout(session=session))

    def revoke(self) -> None:
        """Delete the session in its store, or all that are marked, after a question."""
        if self._watch.view.marked:
            self._bulk.revoke_marked()
            return
        session = self._commander.find_session()
        if not session:
            return
        state = self._watch.bridge.state
        problem = why_not_revocable(state, state.sessions[session])
        if problem:
            self._window.say(problem, is_ok=False)
            return
        who = self._commander.name_session(session)
        choices = [("yes", "revoke: delete its row; undo puts it back"), ("no", "keep it")]
        menu = Menu(f"Revoke the session of {who}?", choices, keys=YES_NO)

        def answer(choice: str) -> None:
            if choice == "yes":
                self._commander.send(Revoke(session=session))

        self._window.ask(menu, answer)

    def undo_revoke(self) -> None:
        """Undo the last change."""
        self._commander.send(Undo())

    def drop_cookie(self) -> None:
        """Delete the selected cookie of the cookies view; elsewhere the session's."""
        marked = self._cookies.marked
        if marked:
            self._cookies.delete(marked)
            return
        self._commander.send_for_session(lambda session: DropCookie(session=session))

    def switch_carrier(self) -> None:
        """Let the person pick how new sessions travel."""
        if self._commander.is_refused_here(Switch(kind="stateless")):
            return
        menu = Menu(
            "New sessions travel",
            carriers(self._stores),
            typed="or type a store's URL: redis://127.0.0.1:6379",
            keys=carrier_keys(self._stores),
        )
        self._window.ask(menu, self._switch_to)

    def expire(self) -> None:
        """Put one clock of the session into the past."""
        session = self._commander.find_session()
        if not session:
            return
        problem = why_not_writable(self._watch.bridge.state)
        if problem:
            self._window.say(problem, is_ok=False)
            return

        def answer(clock: str) -> None:
            for name in ("inactivity", "absolute", "access_token"):
                if clock == name:
                    self._commander.send(Expire(session=session, clock=name))

        title = f"Expire one clock of {self._commander.name_session(session)}"
        clocks = clocks_of(self._watch.bridge.state, session)
        self._window.ask(Menu(title, clocks, keys=CLOCK_KEYS), answer)

    def _log_in_as(self, user: str) -> None:
        self._window.run(self._log_in_and_mark(user))

    async def _log_in_and_mark(self, user: str) -> None:
        """Log in, and put the cursor on the new session."""
        reply = await self._commander.deliver(Login(user=user))
        if not reply.is_ok:
            return
        self._watch.bridge.pull()
        order = self._watch.bridge.state.order
        screen = self._window.screen
        if order and isinstance(screen, LiveScreen):
            screen.query_one(SessionList).select(order[-1])

    def _switch_to(self, choice: str) -> None:
        if choice == "stateless":
            self._commander.send(Switch(kind="stateless"))
        elif choice == "stateful":
            self._commander.send(Switch(kind="stateful", store=""))
        else:
            self._commander.send(Switch(kind="stateful", store=choice))

"""Keys that become commands: the lab carries them out, its events show what came of it."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.core.commands import (
    Command,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    Prune,
    RefreshTokens,
    Request,
    Revoke,
    RotateKeys,
    RunScenario,
    SetKnobs,
    Switch,
    UndoRevoke,
)
from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.model.facts.rows import WatchMode
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.views.selectors.row import why_not_revocable
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.watch_mode import BEGIN, detect_watch_mode
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.bridge import Bridge
from session_inspector.inspector.ui.pace import PacedApp
from session_inspector.inspector.ui.screens.choices import CLOCKS, carriers, travel_steps
from session_inspector.inspector.ui.screens.knobs import knob_choices, knob_command
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.screens.view import View


class CommandApp(PacedApp):
    """An app with a bridge to one feed; what it draws is the subclass's."""

    def __init__(self, feed: Feed, stores: tuple[str, ...], keep: int) -> None:
        """`keep` is how many events, and how many sessions, are kept."""
        super().__init__()
        self.bridge = Bridge(feed, self._changed, empty(keep))
        self.view = View()
        self._stores = stores
        self._travels: list[float] = []
        self._next_user = 0

    def draw(self) -> None:
        """Show what there is now."""
        raise NotImplementedError

    def command(self, command: Command) -> None:
        """Send a command; its answer becomes a toast."""
        self.run_worker(self._send(command), exit_on_error=False)

    def selected(self) -> str:
        """Return the session that keys act on; empty, and said so, when there is none."""
        if self.view.session not in self.bridge.state.sessions:
            self.say(f"there is no session yet: {BEGIN[self.place]}", is_ok=False)
            return ""
        return self.view.session

    def say(self, message: str, *, is_ok: bool = True) -> None:
        """Show a toast."""
        self.notify(
            safe(message, 500),
            severity="information" if is_ok else "warning",
            timeout=4,
            markup=False,
        )

    @property
    def place(self) -> WatchMode:
        """Where one is looking."""
        return detect_watch_mode(self.bridge.state)

    def is_elsewhere(self, command: Command) -> bool:
        """Say whether only the lab can do it; then the refusal says what to do instead."""
        if self.place == "lab":
            return False
        self.command(command)
        return True

    def action_login(self) -> None:
        users = self.bridge.state.lab.users
        if self.is_elsewhere(Login(user="")):
            return
        if not self.bridge.state.timeline:
            self.say("the lab is still starting", is_ok=False)
            return
        if not users:
            self.say("the provider is not ours: press b and sign in there", is_ok=False)
            return
        self.command(Login(user=users[self._next_user % len(users)]))
        self._next_user += 1

    def action_login_as(self) -> None:
        if self.is_elsewhere(Login(user="")):
            return
        users = [(user, user) for user in self.bridge.state.lab.users]
        menu = Menu("Log in as", users, typed="or type any name, then enter")
        self.push_screen(menu, lambda user: self.command(Login(user=user)) if user else None)

    def action_request(self) -> None:
        self._on_session(lambda session: Request(session=session))

    def action_refresh(self) -> None:
        self._on_session(lambda session: RefreshTokens(session=session))

    def action_logout(self) -> None:
        self._on_session(lambda session: Logout(session=session))

    def action_revoke(self) -> None:
        session = self.selected()
        if not session:
            return
        state = self.bridge.state
        problem = why_not_revocable(state, state.sessions[session])
        if problem:
            self.say(problem, is_ok=False)
            return
        row = session_row(state, session, self.bridge.now())
        who = row.who if row else session
        choices = [("yes", "y  revoke: delete its row (U puts it back)"), ("no", "n  keep it")]
        menu = Menu(f"Revoke the session of {who}?", choices, keys={"y": "yes", "n": "no"})
        self.push_screen(
            menu, lambda said: self.command(Revoke(session=session)) if said == "yes" else None
        )

    def action_prune(self) -> None:
        self.run_worker(self._count_and_prune(), exit_on_error=False)

    async def _count_and_prune(self) -> None:
        """Count first: what is deleted is known before it is."""
        counted = await self.bridge.send(Prune(is_dry=True))
        if not counted.rows:
            self.say(counted.message, is_ok=counted.is_ok)
            return
        choices = [("yes", "y  delete them"), ("no", "n  keep them")]
        menu = Menu(counted.message, choices, keys={"y": "yes", "n": "no"})
        self.push_screen(
            menu, lambda said: self.command(Prune(is_dry=False)) if said == "yes" else None
        )

    def action_undo_revoke(self) -> None:
        self.command(UndoRevoke())

    def action_drop(self) -> None:
        self._on_session(lambda session: DropCookie(session=session))

    def action_rotate_keys(self) -> None:
        self.command(RotateKeys())

    def action_play(self) -> None:
        if self.is_elsewhere(RunScenario(name="")):
            return
        from session_inspector.devserver.lab.scenarios import (
            SCENARIOS,
        )  # the whole server: only who plays pays

        choices = [(s.name, f"{s.key}  {s.title}") for s in SCENARIOS]
        keys = {s.key: s.name for s in SCENARIOS}
        menu = Menu("Play a scenario", choices, keys=keys)
        self.push_screen(menu, lambda name: self.command(RunScenario(name=name)) if name else None)

    @property
    def playable(self) -> tuple[tuple[str, str, str], ...]:
        """(key, name, title) of the scenarios."""
        from session_inspector.devserver.lab.scenarios import (
            SCENARIOS,
        )  # as below: the whole server

        return tuple((s.key, s.name, s.title) for s in SCENARIOS)

    def action_knobs(self) -> None:
        if self.is_elsewhere(SetKnobs()):
            return
        known = self.bridge.state.sessions.get(self.view.session)
        sub = known.facts.sub if known else ""
        choices = knob_choices(sub)
        menu = Menu("The provider", choices, keys={key: key for key, _ in choices})

        def chosen(key: str | None) -> None:
            command = knob_command(key or "", sub)
            if command is not None:
                self.command(command)

        self.push_screen(menu, chosen)

    def action_expire(self) -> None:
        session = self.selected()
        if not session:
            return

        def chosen(clock: str | None) -> None:
            for name in ("inactivity", "absolute", "access_token"):
                if clock == name:
                    self.command(Expire(session=session, clock=name))

        self.push_screen(Menu("Expire one clock", CLOCKS), chosen)

    def action_switch(self) -> None:
        if self.is_elsewhere(Switch(kind="stateless")):
            return
        choices = carriers(self._stores)
        menu = Menu("New sessions travel", choices, typed="or a store URL: redis://127.0.0.1:6379")
        self.push_screen(menu, self._switched)

    def action_travel(self) -> None:
        if self.is_elsewhere(MoveClock(seconds=0)):
            return
        menu = Menu(
            "Move the clock forward",
            travel_steps(self.bridge.state, self.view.session, self.bridge.now()),
            typed="or seconds",
        )
        self.push_screen(menu, self._travelled)

    def action_travel_back(self) -> None:
        if not self._travels:
            self.say("there is no step to undo", is_ok=False)
            return
        self.command(MoveClock(seconds=-self._travels.pop()))

    def _on_session(self, make: Callable[[str], Command]) -> None:
        session = self.selected()
        if session:
            self.command(make(session))

    async def _send(self, command: Command) -> None:
        reply = await self.bridge.send(command)
        self.say(reply.message, is_ok=reply.is_ok)
        if isinstance(command, Login) and reply.is_ok:
            self.bridge.pull()
            self._select_newest()

    def _select_newest(self) -> None:
        order = self.bridge.state.order
        newest = order[-1] if order else ""
        if newest and isinstance(self.screen, LiveScreen):
            self.screen.select(newest)

    def _switched(self, choice: str | None) -> None:
        if choice == "stateless":
            self.command(Switch(kind="stateless"))
        elif choice:
            self.command(Switch(kind="stateful", store="" if choice == "stateful" else choice))

    def _travelled(self, choice: str | None) -> None:
        try:
            seconds = float(choice or 0)
        except ValueError:
            self.say(f"{choice!r} is no number of seconds", is_ok=False)
            return
        if seconds:
            self._travels.append(seconds)
            self.command(MoveClock(seconds=seconds))

    def _changed(self, state: State) -> None:
        self.draw()

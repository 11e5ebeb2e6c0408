"""The terminal app: modes, key map, palette. No rules."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from devserver.core.commands import (
    Command,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    RefreshTokens,
    Request,
    Reveal,
    Revoke,
    RotateKeys,
    Switch,
)
from inspector.feed.base import Feed
from inspector.model.select import SORTS
from inspector.model.state import State
from inspector.ui.bridge import Bridge
from inspector.ui.keys import KEYS, shown_keys
from inspector.ui.messages import RowOpened, SessionHighlighted
from inspector.ui.screens.choices import CLOCKS, carriers, travel_steps
from inspector.ui.screens.help import HelpScreen
from inspector.ui.screens.live import LiveScreen
from inspector.ui.screens.menu import Menu
from inspector.ui.screens.session import SessionScreen
from inspector.ui.screens.view import View
from inspector.ui.theme import FALLBACKS, NIGHT
from inspector.ui.widgets.field_list import FieldList


class InspectorApp(App[None]):
    """Watches one feed; every action is a command or a change of view."""

    CSS_PATH = "inspector.tcss"
    TITLE = "Session Inspector"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key.keys, key.action, key.label, show=key.in_footer, key_display=shown_keys(key)[:1]
        )
        for key in KEYS
    ]

    def __init__(
        self,
        feed: Feed,
        *,
        read_only: bool = False,
        stores: tuple[str, ...] = (),
        open_url: Callable[[str], object] = webbrowser.open,
        ticks: bool = True,
    ) -> None:
        super().__init__()
        self.bridge = Bridge(feed, self._changed)
        self.view = View()
        self._read_only = read_only
        self._stores = stores
        self._open_url = open_url
        self._ticks = ticks
        self._travels: list[float] = []
        self._next_user = 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def on_mount(self) -> None:
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self.push_screen(LiveScreen())
        self.call_after_refresh(self.bridge.start)
        if self._ticks:
            self.set_interval(1.0, self._draw)  # countdowns

    def on_unmount(self) -> None:
        self.bridge.stop()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        for key in KEYS:
            name = f"{key.label} ({shown_keys(key)})"
            yield SystemCommand(name, key.help, lambda action=key.action: self._run_named(action))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        changing = {key.action for key in KEYS if key.changes}
        return not (self._read_only and action in changing)

    # -- what widgets say ------------------------------------------------------------------

    def on_session_highlighted(self, message: SessionHighlighted) -> None:
        if message.session and message.session != self.view.session:
            self.view = replace(self.view, session=message.session, revealed={})
            self._draw()

    def on_row_opened(self, message: RowOpened) -> None:
        if isinstance(self.screen, LiveScreen):
            self.action_open()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter":
            self.view = replace(self.view, query=event.value)
            self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if isinstance(self.screen, LiveScreen):
            self.screen.close_filter()

    # -- commands --------------------------------------------------------------------------

    def action_login(self) -> None:
        users = self.bridge.state.lab.users
        if not users:
            self._say("the provider is not ours: press b and sign in there", is_ok=False)
            return
        self._command(Login(user=users[self._next_user % len(users)]))
        self._next_user += 1

    def action_login_as(self) -> None:
        users = [(user, user) for user in self.bridge.state.lab.users]
        menu = Menu("Log in as", users, typed="or type any name, then enter")
        self.push_screen(menu, lambda user: self._command(Login(user=user)) if user else None)

    def action_request(self) -> None:
        self._on_session(lambda session: Request(session=session))

    def action_refresh(self) -> None:
        self._on_session(lambda session: RefreshTokens(session=session))

    def action_logout(self) -> None:
        self._on_session(lambda session: Logout(session=session))

    def action_revoke(self) -> None:
        self._on_session(lambda session: Revoke(session=session))

    def action_drop(self) -> None:
        self._on_session(lambda session: DropCookie(session=session))

    def action_rotate_keys(self) -> None:
        self._command(RotateKeys())

    def action_expire(self) -> None:
        session = self._selected()
        if not session:
            return

        def chosen(clock: str | None) -> None:
            for name in ("inactivity", "absolute", "access_token"):
                if clock == name:
                    self._command(Expire(session=session, clock=name))

        self.push_screen(Menu("Expire one clock", CLOCKS), chosen)

    def action_switch(self) -> None:
        choices = carriers(self._stores)
        menu = Menu("New sessions travel", choices, typed="or a store URL: redis://127.0.0.1:6379")
        self.push_screen(menu, self._switched)

    def action_travel(self) -> None:
        menu = Menu(
            "Move the clock forward",
            travel_steps(self.bridge.state, self.view.session, self.bridge.now()),
            typed="or seconds",
        )
        self.push_screen(menu, self._travelled)

    def action_travel_back(self) -> None:
        if not self._travels:
            self._say("there is no step to undo", is_ok=False)
            return
        self._command(MoveClock(seconds=-self._travels.pop()))

    # -- view ------------------------------------------------------------------------------

    def action_open(self) -> None:
        if self.view.session and isinstance(self.screen, LiveScreen):
            self.push_screen(SessionScreen())
            self.call_after_refresh(self._draw)

    async def action_back(self) -> None:
        if isinstance(self.screen, SessionScreen):
            self.view = replace(self.view, revealed={})
            await self.pop_screen()
        elif isinstance(self.screen, LiveScreen):
            self.view = replace(self.view, query="")
            self.screen.close_filter()
        self._draw()

    def action_filter(self) -> None:
        if isinstance(self.screen, LiveScreen):
            self.screen.open_filter(self.view.query)

    def action_sort(self) -> None:
        after = SORTS[(SORTS.index(self.view.sort) + 1) % len(SORTS)]
        self.view = replace(self.view, sort=after)
        self._draw()

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self.focused.id or "" if self.focused else ""))

    def action_browse(self) -> None:
        url = self.bridge.state.lab.base_url
        if not url.startswith(("http://", "https://")):
            self._say("the lab has no address yet", is_ok=False)
            return
        self._open_url(url)
        self._say(f"opened {url}")

    def action_reveal(self) -> None:
        pane = self.focused
        row = pane.current if isinstance(pane, FieldList) else None
        if row is None or row.secret is None:
            self._say("mark a line with a secret first (details, then j and k)", is_ok=False)
            return
        digest = row.secret.digest
        if digest in self.view.revealed:
            self.view = replace(self.view, revealed={})
            self._draw()
            return
        self.run_worker(self._reveal(digest))

    # -- inside ----------------------------------------------------------------------------

    async def _run_named(self, action: str) -> None:
        if self.check_action(action, ()):
            await self.run_action(action)

    def _selected(self) -> str:
        if not self.view.session:
            self._say("there is no session yet: press l", is_ok=False)
        return self.view.session

    def _on_session(self, make: Callable[[str], Command]) -> None:
        session = self._selected()
        if session:
            self._command(make(session))

    def _command(self, command: Command) -> None:
        self.run_worker(self._send(command), exit_on_error=False)

    async def _send(self, command: Command) -> None:
        reply = await self.bridge.send(command)
        self._say(reply.message, is_ok=reply.is_ok)
        if isinstance(command, Login) and reply.is_ok:
            self.bridge.pull()
            self._select_newest()

    def _select_newest(self) -> None:
        newest = next(reversed([*self.bridge.state.sessions]), "")
        if newest and isinstance(self.screen, LiveScreen):
            self.screen.select(newest)

    async def _reveal(self, digest: str) -> None:
        reply = await self.bridge.send(Reveal(digest=digest))
        if reply.is_ok:
            self.view = replace(self.view, revealed={digest: reply.value})
            self._draw()
        self._say(reply.message, is_ok=reply.is_ok)

    def _switched(self, choice: str | None) -> None:
        if choice == "stateless":
            self._command(Switch(kind="stateless"))
        elif choice:
            self._command(Switch(kind="stateful", store="" if choice == "stateful" else choice))

    def _travelled(self, choice: str | None) -> None:
        try:
            seconds = float(choice or 0)
        except ValueError:
            self._say(f"{choice!r} is no number of seconds", is_ok=False)
            return
        if seconds:
            self._travels.append(seconds)
            self._command(MoveClock(seconds=seconds))

    def _changed(self, state: State) -> None:
        self._draw()

    def _draw(self) -> None:
        self.view = replace(self.view, state=self.bridge.state, now=self.bridge.now())
        for screen in self.screen_stack:
            if isinstance(screen, (LiveScreen, SessionScreen)) and screen.is_mounted:
                screen.draw(self.view)

    def _say(self, message: str, *, is_ok: bool = True) -> None:
        self.notify(
            message, severity="information" if is_ok else "warning", timeout=4, markup=False
        )

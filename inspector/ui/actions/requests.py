"""The key that shows a request in full, and from there sends it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from session_inspector.devserver.core.commands import (
    HARMLESS,
    InspectRequest,
    ReplayInPage,
    Resend,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.model.boards.edited_cookie import is_jar_watched
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.lists.request_detail import (
    RequestReport,
    read_report,
    session_of_request,
)
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.choices import YES_NO
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.screens.request import RequestScreen
from session_inspector.inspector.ui.screens.watching import Listener
from session_inspector.inspector.ui.watch import Watch

WAYS = [
    ("same", "with the same cookies"),
    ("none", "without a cookie"),
    ("other", "with the cookies of another session…"),
    ("edited", "with an edited cookie…"),
]
WAY_KEYS = {"s": "same", "n": "none", "o": "other", "e": "edited"}
MOST_SESSIONS = 20
"""Sessions whose cookies are offered, the newest."""
NO_REQUEST = mark_keys("no line of a request is marked: <board_requests> lists them")


class RequestActions:
    """Inspect, send again."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        commander: Commander,
        listener: Listener,
        secrets: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`secrets` are those of what is watched, each with the name of where it is from."""
        self._watch = watch
        self._window = window
        self._commander = commander
        self._listener = listener
        self._secrets = secrets

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {"inspect": self.inspect, "replay_in_page": self.replay_in_page}

    def replay_in_page(self) -> None:
        """Send the marked request again from a page of the real browser, after a question."""
        exchange = self._find_exchange()
        if not exchange:
            self._window.say(NO_REQUEST, is_ok=False)
            return
        state = self._watch.bridge.state
        if not is_jar_watched(state):
            self._window.say(
                mark_keys("no real browser is watched now: <watch_browser> opens one"), is_ok=False
            )
            return
        choices = [("yes", "send it: with its own jar, by its own rules"), ("no", "do not")]
        title = f"Send {self._name_request(exchange)} again from the page?"

        def answer(choice: str) -> None:
            if choice == "yes":
                self._commander.send(ReplayInPage(exchange=exchange, is_sure=True))

        self._window.ask(Menu(title, choices, keys=YES_NO), answer)

    def _find_exchange(self) -> str:
        screen = self._window.screen
        if isinstance(screen, RequestScreen):
            return screen.report.exchange
        return self._window.subject.exchange

    def _name_request(self, exchange: str) -> str:
        found = self._watch.bridge.state.exchanges.get(exchange)
        if found is None:
            return safe(exchange, 20)
        return f"{safe(found.method, 12)} {safe(found.path.partition('?')[0], 40)}"

    def inspect(self) -> None:
        """Show the request of the marked line; where one is shown, send it again."""
        screen = self._window.screen
        if isinstance(screen, RequestScreen):
            self._choose_way(screen.report)
            return
        exchange = self._window.subject.exchange
        if not exchange:
            self._window.say(NO_REQUEST, is_ok=False)
            return
        self._window.run(self._open(exchange))

    async def _open(self, exchange: str) -> None:
        report = await self._fetch(exchange)
        if report is not None:
            self._window.open(RequestScreen(self._listener, report))
            self._window.after_refresh(self._watch.draw)

    async def _fetch(self, exchange: str) -> RequestReport | None:
        """Return what the server has kept; None: nothing, and it is said."""
        reply = await self._commander.request(InspectRequest(exchange=exchange))
        if not reply.is_ok:
            self._window.say(reply.message, is_ok=False)
            return None
        try:
            return read_report(reply.value)
        except ValueError:
            self._window.say("the server sent no report of the request", is_ok=False)
            return None

    def _choose_way(self, report: RequestReport) -> None:
        if self._watch.view.is_read_only:
            self._window.say(f"send again is off: {self._watch.view.why_read_only}", is_ok=False)
            return
        path = report.target.partition("?")[0]
        menu = Menu(f"Send {report.method} {path} again", WAYS, keys=WAY_KEYS)

        def answer(way: str) -> None:
            if way == "same":
                self._ask_and_send(report, Resend(exchange=report.exchange))
            elif way == "none":
                self._ask_and_send(report, Resend(exchange=report.exchange, cookies="none"))
            elif way == "other":
                self._choose_session(report)
            else:
                self._edit(report)

        self._window.ask(menu, answer)

    def _choose_session(self, report: RequestReport) -> None:
        state = self._watch.bridge.state
        newest = list(Reversed(state.order))[:MOST_SESSIONS]
        choices = [(name, self._commander.name_session(name)) for name in newest]
        if not choices:
            self._window.say("no session is known whose cookies could be sent", is_ok=False)
            return
        menu = Menu("With the cookies of", choices)
        self._window.ask(menu, lambda name: self._window.run(self._send_as(report, name)))

    async def _send_as(self, report: RequestReport, session: str) -> None:
        cookies = await self._reveal(session)
        if cookies:
            line = "; ".join(f"{name}={value}" for name, value in cookies.items())
            self._ask_and_send(report, _replacing(report, line))

    def _edit(self, report: RequestReport) -> None:
        menu = Menu(
            "Edit its cookie",
            [],
            typed="user.name=Bob (sealed again), or NAME=VALUE",
            note="PATH=VALUE changes what is inside, NAME=VALUE the cookie as it stands",
        )
        self._window.ask(menu, lambda change: self._window.run(self._send_edited(report, change)))

    async def _send_edited(self, report: RequestReport, change: str) -> None:
        # all decoders: only who asks pays for their import
        from session_inspector.inspector.decode.changing import change_cookies
        from session_inspector.inspector.decode.secrets import FoundSecret, find_secrets

        session = session_of_request(self._watch.bridge.state, report.exchange)
        cookies = await self._reveal(session)
        if not cookies:
            return
        own = [FoundSecret(text, source) for text, source in self._secrets]
        found = [*own, *find_secrets([], os.environ, Path())]
        try:
            changed = change_cookies(cookies, change, found, self._watch.bridge.now())
        except InputError as error:
            self._window.say(error.message, is_ok=False)
            return
        self._ask_and_send(report, _replacing(report, changed.line), changed.note)

    async def _reveal(self, session: str) -> dict[str, str]:
        """Return the live cookies of a session in clear; without any, it is said."""
        cookies: dict[str, str] | None = None
        if session in self._watch.bridge.state.sessions:
            cookies = await self._commander.reveal_cookies(session, "request")
        if not cookies:
            self._window.say("no live cookie of that session is known here", is_ok=False)
        return cookies or {}

    def _ask_and_send(self, report: RequestReport, command: Resend, note: str = "") -> None:
        """Send; what may change something only after a question. A note is said with the answer."""
        if report.method in HARMLESS:
            self._window.run(self._send(report, command, note))
            return
        path = report.target.partition("?")[0]
        title = f"Send {report.method} {path} again? It may change something"
        choices = [("yes", f"send the {report.method} again"), ("no", "do not")]
        sure = replace(command, is_sure=True)
        menu = Menu(title, choices, keys=YES_NO)
        self._window.ask(menu, self._on_yes(lambda: self._send(report, sure, note)))

    def _on_yes(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[str], None]:
        def answer(choice: str) -> None:
            if choice == "yes":
                self._window.run(work())

        return answer

    async def _send(self, report: RequestReport, command: Resend, note: str) -> None:
        """Send it, and show both answers beside each other."""
        reply = await self._commander.request(command)
        self._window.say(reply.message, is_ok=reply.is_ok)
        if note and reply.is_ok:
            self._window.say(note, is_ok=False)
        if not reply.is_ok or not reply.value:
            return
        again = await self._fetch(reply.value)
        if again is not None:
            self._window.open(RequestScreen(self._listener, report, again))
            self._window.after_refresh(self._watch.draw)


def _replacing(report: RequestReport, line: str) -> Resend:
    return Resend(exchange=report.exchange, cookies="replaced", cookie=line)

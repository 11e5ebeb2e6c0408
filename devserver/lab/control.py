"""Carries out commands: the one place where events' way up and commands' way down meet.

A command never returns data to draw; what changed arrives as events like everything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Protocol, TypeAlias, assert_never

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import (
    BrowserCommand,
    ClearOrigin,
    Command,
    CopyJar,
    DropCookie,
    Expire,
    InspectRequest,
    LabCommand,
    Login,
    Logout,
    MoveClock,
    OpenBrowser,
    ProviderCommand,
    Prune,
    PutCookie,
    RefreshTokens,
    ReplayInPage,
    Reply,
    Request,
    Resend,
    ResetKnobs,
    RestartApp,
    Reveal,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    RunScenario,
    SetKnobs,
    Switch,
    Undo,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.browser_commands import BrowserCommands
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.real_browser.copying import JarCopies, RealJar
from session_inspector.devserver.lab.time_travel import TimeTravel
from session_inspector.devserver.session.row_administration import (
    SessionAdministration,
    run_store_command,
)
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.web.executor import run_and_report
from session_inspector.devserver.web.resending import Resender
from session_inspector.devserver.web.reveal_cache import RevealCache

NO_BROWSER = "no real browser can be opened from here: session-inspector opens the lab that can"
NONE_WATCHED = "no real browser is watched now: open one first"
NO_APP = "the lab runs no app of yours: session-inspector run -- CMD does"
SwitchCarrier: TypeAlias = Callable[[Switch, str], Awaitable[str]]
OpenRealBrowser: TypeAlias = Callable[[str], Awaitable[str]]
"""Takes a name, or none; returns a sentence. Raises: InspectorError."""
PlayScenario: TypeAlias = Callable[[RunScenario, str], Awaitable[Reply]]


InBrowser: TypeAlias = PutCookie | DropCookie | ClearOrigin | ReplayInPage


class JarCommands(RealJar, Protocol):
    """Who acts in a real browser. Raises: InspectorError."""

    async def run(self, command: InBrowser) -> Reply:
        """Carry out a command."""
        ...


class ProviderCommands(Protocol):
    """Who changes the provider. Raises: InspectorError without a local one."""

    async def run(self, command: ProviderCommand, cause: str) -> str:
        """Carry out a command; returns a sentence."""
        ...

    def state(self) -> JsonObject:
        """Return the knobs and who is signed in."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What carries out the commands of each kind."""

    browsers: Browsers
    administration: Callable[[], SessionAdministration]
    """Returns who changes the rows of the store in use."""
    provider: ProviderCommands
    switch: SwitchCarrier
    secrets: RevealCache
    requests: Resender
    play: PlayScenario
    undos: Undos
    """What can be undone."""


class Control:
    """Runs one command at a time, and reports each as CommandRun."""

    def __init__(self, parts: Parts, clock: TravelClock, publish: Publish) -> None:
        self.open_browser: OpenRealBrowser | None = None
        """Opens a real browser and watches it; None: nobody here can."""
        self.jar: JarCommands | None = None
        """Changes cookies in the real browser that is watched; None: none is."""
        self._parts = parts
        self._browsers = BrowserCommands(parts.browsers, clock, publish, parts.undos)
        self._copies = JarCopies(parts.browsers, self._browsers, clock)
        self._time = TimeTravel(clock, publish)
        self._clock = clock
        self._publish = publish
        self._numbers = count(1)

    @property
    def undos(self) -> Undos:
        """What can be undone."""
        return self._parts.undos

    async def execute(self, command: Command) -> Reply:
        """Carry out a command; the reply has what went wrong, nothing is raised."""
        cause = f"c{next(self._numbers)}"
        work = self._run(command, cause)
        return await run_and_report(command, cause, work, self._clock, self._publish)

    def provider_state(self) -> JsonObject:
        """Return the knobs and who is signed in. Raises: InspectorError without one of ours."""
        return self._parts.provider.state()

    async def _run(self, command: Command, cause: str) -> Reply:
        match command:
            case Login() | Request() | RefreshTokens() | Logout() | DropCookie() | PutCookie():
                return await self._drive(command, cause)
            case Revoke() | UndoRevoke() | Undo() | Expire() | Prune():
                return await run_store_command(self._parts.administration(), command, cause)
            case RotateKeys() | SetKnobs() | ResetKnobs() | RevokeAtProvider():
                message = await self._parts.provider.run(command, cause)
                return Reply(is_ok=True, message=message)
            case RestartApp():
                raise InspectorError(NO_APP)
            case InspectRequest() | Resend():
                return await self._parts.requests.run(command)
            case OpenBrowser(name=name):
                return await self._watch_browser(name)
            case ClearOrigin() | ReplayInPage() | CopyJar():
                return await self._act_in_browser(command, cause)
            case Switch() | MoveClock() | Reveal() | RunScenario():
                return await self._run_in_lab(command, cause)
            case _:
                assert_never(command)

    async def _drive(self, command: BrowserCommand, cause: str) -> Reply:
        """Let a simulated browser do it; a cookie of no session is of the real one."""
        match command:
            case PutCookie(session="") | DropCookie(session="") if self.jar is not None:
                return await self.jar.run(command)
            case _:
                return await self._browsers.run(command, cause)

    async def _act_in_browser(
        self, command: ClearOrigin | ReplayInPage | CopyJar, cause: str
    ) -> Reply:
        if self.jar is None:
            raise InspectorError(NONE_WATCHED)
        if isinstance(command, CopyJar):
            return await self._copies.run(command, self.jar, cause)
        return await self.jar.run(command)

    async def _watch_browser(self, name: str) -> Reply:
        if self.open_browser is None:
            raise InspectorError(NO_BROWSER)
        return Reply(is_ok=True, message=await self.open_browser(name))

    async def _run_in_lab(self, command: LabCommand, cause: str) -> Reply:
        match command:
            case Switch():
                message = await self._parts.switch(command, cause)
                return Reply(is_ok=True, message=message)
            case MoveClock(seconds=seconds):
                return self._time.move(seconds, cause)
            case Reveal():
                return self._parts.secrets.reply(command)
            case RunScenario():
                return await self._parts.play(command, cause)
            case _:
                assert_never(command)

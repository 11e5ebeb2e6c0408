"""Commands on somebody else's app: what its store allows, and why all else is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeAlias, assert_never

from session_inspector.devserver.attach.browser.jar_edits import JarEdits
from session_inspector.devserver.attach.watched_store import NO_ROWS, NO_STORE, AppStore
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    BrowserCommand,
    ClearOrigin,
    Command,
    CopyJar,
    DropCookie,
    Expire,
    InspectRequest,
    Login,
    Logout,
    MoveClock,
    OpenBrowser,
    ProviderCommand,
    Prune,
    PutCookie,
    RealBrowserCommand,
    RefreshTokens,
    ReplayInPage,
    Reply,
    Request,
    RequestCommand,
    Resend,
    ResetKnobs,
    RestartApp,
    Reveal,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    RunScenario,
    SetKnobs,
    StoreCommand,
    Switch,
    Undo,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.control import OpenRealBrowser, ProviderCommands
from session_inspector.devserver.session.row_administration import run_store_command
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.web.executor import run_and_report
from session_inspector.devserver.web.resending import Resender
from session_inspector.devserver.web.reveal_cache import RevealCache

ELSEWHERE = "the provider is another process: session-inspector provider URL-OF-THE-LAB"
NONE_WATCHED = "no browser is watched here. Fix: attach --browser chromium, or B"
NO_PROXY_KEEPS = "requests are kept by a proxy, and none is running here"

RefusedCommand: TypeAlias = (
    BrowserCommand
    | ProviderCommand
    | Switch
    | MoveClock
    | RunScenario
    | RestartApp
    | RealBrowserCommand
)


class AttachedControl:
    """Runs commands on the app's store; without one only secrets can be revealed."""

    def __init__(
        self,
        store: AppStore | None,
        secrets: RevealCache,
        clock: Clock,
        publish: Publish,
        provider: ProviderCommands | None = None,
        undos: Undos | None = None,
        requests: Resender | None = None,
    ) -> None:
        """`undos` has what can be undone, in the store and in the browser.

        `requests` sends again what went through the proxy; None: there is none.
        """
        self.settle: Callable[[], Awaitable[None]] = _settle_nothing
        """Publishes what is known before a command: an earlier write must not follow it."""
        self.restart_app: Callable[[], None] | None = None
        """Ends the app and starts it again; None: it was not started here."""
        self.open_browser: OpenRealBrowser | None = None
        """Opens a real browser and watches it; None: nothing is open that it could show."""
        self.jar: JarEdits | None = None
        """Changes cookies in the browser that is watched; None: none is."""
        self._undos = undos or Undos()
        self._store = store
        self.provider = provider
        """Who changes the provider; None: nobody here."""
        self._secrets = secrets
        self._requests = requests
        self._clock = clock
        self._publish = publish
        self._numbers = count(1)

    async def execute(self, command: Command) -> Reply:
        """Carry out a command; the reply has what went wrong, nothing is raised."""
        cause = f"c{next(self._numbers)}"
        await self.settle()
        work = self._run(command, cause)
        return await run_and_report(command, cause, work, self._clock, self._publish)

    def provider_state(self) -> JsonObject:
        """Return the knobs and who is signed in. Raises: InspectorError without one of ours."""
        if self.provider is None:
            raise InspectorError(ELSEWHERE)
        return self.provider.state()

    async def _run(self, command: Command, cause: str) -> Reply:
        match command:
            case Reveal():
                return self._secrets.reply(command)
            case Undo():
                return Reply(is_ok=True, message=await self._undos.undo(cause))
            case Revoke() | UndoRevoke() | Expire() | Prune():
                return await self._change_rows(command, cause)
            case InspectRequest() | Resend():
                return await self._run_on_requests(command)
            case PutCookie() | DropCookie() | ClearOrigin() | ReplayInPage() if (
                self.jar is not None
            ):
                return await self.jar.run(command)
            case RestartApp() if self.restart_app is not None:
                await asyncio.to_thread(self.restart_app)
                return Reply(is_ok=True, message="the app was started again")
            case OpenBrowser(name=name) if self.open_browser is not None:
                return Reply(is_ok=True, message=await self.open_browser(name))
            case RotateKeys() | SetKnobs() | ResetKnobs() | RevokeAtProvider():
                return await self._change_provider(command, cause)
            case _:
                raise InspectorError(explain_refusal(command))

    async def _run_on_requests(self, command: RequestCommand) -> Reply:
        if self._requests is None:
            raise InspectorError(NO_PROXY_KEEPS)
        return await self._requests.run(command)

    async def _change_provider(self, command: ProviderCommand, cause: str) -> Reply:
        if self.provider is None:
            raise InspectorError(explain_refusal(command))
        return Reply(is_ok=True, message=await self.provider.run(command, cause))

    async def _change_rows(self, command: StoreCommand, cause: str) -> Reply:
        if self._store is None and isinstance(command, Prune):
            raise InspectorError(NO_ROWS)
        if self._store is None:
            raise InspectorError(NO_STORE)
        administration = await self._store.administration()
        return await run_store_command(administration, command, cause)


def explain_refusal(command: RefusedCommand) -> str:
    """Return why an attached app cannot be asked this, and what to do instead."""
    match command:
        case Login() | Request() | RefreshTokens() | Logout() | DropCookie() | PutCookie():
            return _explain_browser(command)
        case SetKnobs() | ResetKnobs() | RevokeAtProvider():
            return ELSEWHERE
        case RotateKeys():
            return "the provider is not ours; rotate its keys there"
        case Switch():
            return "how sessions travel is your app's own configuration"
        case MoveClock():
            return "your app's clock is not ours: no time travel when attached"
        case RestartApp():
            return "your app was started elsewhere; session-inspector run -- CMD starts it here"
        case OpenBrowser() | CopyJar() | ClearOrigin() | ReplayInPage():
            return _explain_real_browser(command)
        case RunScenario():
            return "scenarios are played in the lab: session-inspector scenario"
        case _:
            assert_never(command)


def _explain_real_browser(command: RealBrowserCommand) -> str:
    match command:
        case OpenBrowser():
            return "no app is named here that a browser could open: attach URL, or browser URL"
        case CopyJar():
            return "simulated browsers are in the lab: session-inspector, and B there"
        case ClearOrigin() | ReplayInPage():
            return NONE_WATCHED
        case _:
            assert_never(command)


def _explain_browser(command: BrowserCommand) -> str:
    match command:
        case Login():
            return "this is your app: log in with your browser"
        case Request():
            return "the browser is yours: load a page there"
        case RefreshTokens():
            return "the browser is yours: let your app refresh its tokens"
        case Logout():
            return "the browser is yours: log out there (v revokes a session in the store)"
        case DropCookie():
            return "the cookie is in your browser: delete it there"
        case PutCookie():
            return "the cookie is in your browser: change it there"
        case _:
            assert_never(command)


async def _settle_nothing() -> None:
    """There is no proxy whose notes could wait."""

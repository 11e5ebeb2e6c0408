"""Commands that a simulated browser carries out."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    BrowserCommand,
    DropCookie,
    Login,
    Logout,
    RefreshTokens,
    Reply,
    Request,
)
from session_inspector.devserver.core.events.exchange import CookiesForgotten
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browsers import LAB, Browsers


class BrowserCommands:
    """Finds the browser that a command means, and drives it."""

    def __init__(self, browsers: Browsers, clock: Clock, publish: Publish) -> None:
        self._browsers = browsers
        self._clock = clock
        self._publish = publish

    async def run(self, command: BrowserCommand, cause: str) -> Reply:
        """Carry out a command. Raises: InspectorError."""
        if isinstance(command, Login):
            return await self._browsers.login(command.user)
        browser = self._browsers.find_holder(command.session)
        match command:
            case Request(path=path):
                return await _visit(browser, path)
            case RefreshTokens():
                return await _visit(browser, "/api/refresh")
            case Logout():
                return await _visit(browser, "/auth/logout")
            case DropCookie():
                return self._drop_cookies(browser, command, cause)
            case _:
                assert_never(command)

    def _drop_cookies(self, browser: Browser, command: DropCookie, cause: str) -> Reply:
        dropped = browser.drop_cookies(command.name)
        which = command.name or "all cookies"
        if not dropped:
            return Reply(is_ok=False, message=f"no cookie {which} to delete")
        self._publish(
            CookiesForgotten(
                at=self._clock.now(),
                cause=cause,
                session=command.session,
                client=f"{LAB}{browser.name}",
                names=tuple(dropped),
            )
        )
        message = f"{browser.name} forgot {which} ({len(dropped)}); its next request will show"
        return Reply(is_ok=True, message=message)


async def _visit(browser: Browser, path: str) -> Reply:
    if not path.startswith("/"):
        return Reply(is_ok=False, message=f"path {path!r} must start with /")
    response = await browser.visit(path)
    message = f"{browser.name}: GET {path} → {response.status_code}"
    return Reply(is_ok=response.status_code < 400, message=message)

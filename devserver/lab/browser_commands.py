"""Commands that a simulated browser carries out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    BrowserCommand,
    DropCookie,
    Login,
    Logout,
    PutCookie,
    RefreshTokens,
    Reply,
    Request,
)
from session_inspector.devserver.core.events.exchange import CookiesForgotten
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browsers import LAB, Browsers
from session_inspector.devserver.lab.jar_edits import (
    JarChange,
    apply_changes,
    describe_changes,
    find_cookie,
    plan_edit,
    why_not_undone,
)
from session_inspector.devserver.stores.undo.undos import UndoableChange, Undos


class BrowserCommands:
    """Finds the browser that a command means, and drives it."""

    def __init__(
        self, browsers: Browsers, clock: Clock, publish: Publish, undos: Undos | None = None
    ) -> None:
        """`undos` takes what can be undone."""
        self._browsers = browsers
        self._clock = clock
        self._publish = publish
        self._undos = undos or Undos()

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
            case PutCookie():
                return self._put_cookie(browser, command, cause)
            case _:
                assert_never(command)

    def _drop_cookies(self, browser: Browser, command: DropCookie, cause: str) -> Reply:
        doomed = [
            JarChange(scope=cookie.scope, before=cookie, after=None)
            for cookie in browser.jar.cookies(self._clock.now())
            if command.name in ("", cookie.name) and command.path in ("", cookie.path)
        ]
        which = command.name or "all cookies"
        if not doomed:
            return Reply(is_ok=False, message=f"no cookie {which} to delete")
        apply_changes(browser.jar, doomed)
        names = tuple(change.scope[0] for change in doomed)
        self._publish(
            CookiesForgotten(
                at=self._clock.now(),
                cause=cause,
                session=command.session,
                client=f"{LAB}{browser.name}",
                names=names,
            )
        )
        self._keep_undo(browser, command.session, doomed)
        message = f"{browser.name} forgot {which} ({len(doomed)}); its next request will show"
        return Reply(is_ok=True, message=message)

    def _put_cookie(self, browser: Browser, command: PutCookie, cause: str) -> Reply:
        now = self._clock.now()
        old = None
        if command.name:
            old = find_cookie(browser.jar, command.name, command.domain, command.path, now)
        changes = plan_edit(browser.jar, command.line, old, self._browsers.base_url, now)
        self.change_jar(browser, command.session, changes, cause)
        name = changes[-1].scope[0]
        message = f"{browser.name} holds {name} as you wrote it; its next request will show"
        return Reply(is_ok=True, message=message)

    def change_jar(
        self, browser: Browser, session: str, changes: Sequence[JarChange], cause: str
    ) -> None:
        """Change cookies of a browser, report it, and let it be undone."""
        apply_changes(browser.jar, changes)
        self._report(browser, session, changes, cause)
        self._keep_undo(browser, session, changes)

    def _report(
        self, browser: Browser, session: str, changes: Sequence[JarChange], cause: str
    ) -> None:
        client = f"{LAB}{browser.name}"
        at = self._clock.now()
        for event in describe_changes(changes, at=at, cause=cause, session=session, client=client):
            self._publish(event)

    def _keep_undo(self, browser: Browser, session: str, changes: Sequence[JarChange]) -> None:
        async def restore(cause: str) -> str:
            refusal = why_not_undone(browser.jar, changes)
            if refusal:
                return refusal
            back = [change.reversed for change in reversed(changes)]
            apply_changes(browser.jar, back)
            self._report(browser, session, back, cause)
            return ""

        done = f"the cookies of {browser.name} are what they were"
        self._undos.push(UndoableChange(kind="cookies", done=done, restore=restore))


async def _visit(browser: Browser, path: str) -> Reply:
    if not path.startswith("/"):
        return Reply(is_ok=False, message=f"path {path!r} must start with /")
    response = await browser.visit(path)
    message = f"{browser.name}: GET {path} → {response.status_code}"
    return Reply(is_ok=response.status_code < 400, message=message)

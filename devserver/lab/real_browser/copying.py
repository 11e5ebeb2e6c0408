"""Copies cookies between a real browser and a simulated one: what goes to the watched origins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from session_inspector.devserver.cookies.browser_jar import KeptCookie
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import CopyJar, Reply
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browser_commands import BrowserCommands
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.jar_edits import JarChange

NEW = "copied"
"""What a simulated browser is called that was made for a copy."""
EMPTY = "the real browser has no cookie of the watched origins"


class RealJar(Protocol):
    """The jar of the real browser that is watched. Raises: InspectorError."""

    async def read(self) -> Sequence[HeldCookie]:
        """Return the cookies of the watched origins."""
        ...

    async def replace_all(self, cookies: Sequence[KeptCookie], source: str) -> Reply:
        """Put those of the watched origins in the place of what it has of them."""
        ...


class JarCopies:
    """Carries out CopyJar."""

    def __init__(self, browsers: Browsers, commands: BrowserCommands, clock: Clock) -> None:
        self._browsers = browsers
        self._commands = commands
        self._clock = clock

    async def run(self, command: CopyJar, jar: RealJar, cause: str) -> Reply:
        """Copy one way or the other. Raises: InspectorError."""
        if command.to == "real":
            browser = self._browsers.find_holder(command.session)
            return await jar.replace_all(browser.jar.cookies(self._clock.now()), browser.name)
        held = await jar.read()
        if not held:
            raise InspectorError(EMPTY)
        browser = self._find_target(command.session)
        changes = plan_copy(browser, held, self._clock.now())
        self._commands.change_jar(browser, command.session, changes, cause)
        count = count_noun(len(held), "cookie")
        return Reply(is_ok=True, message=f"{browser.name} has {count} of the real browser")

    def _find_target(self, session: str) -> Browser:
        if session:
            return self._browsers.find_holder(session)
        return self._browsers.open_empty(NEW)


def plan_copy(browser: Browser, held: Sequence[HeldCookie], now: Seconds) -> list[JarChange]:
    """Return what makes a simulated jar the real one, for the hosts that this has cookies of."""
    copies = {}
    for number, cookie in enumerate(held):
        kept = to_kept(cookie, number, now)
        copies[kept.scope] = kept
    domains = {cookie.domain for cookie in held}
    there = {one.scope: one for one in browser.jar.cookies(now) if one.domain in domains}
    gone = [scope for scope in there if scope not in copies]
    return [
        *(JarChange(scope=scope, before=there[scope], after=None) for scope in gone),
        *(
            JarChange(scope=scope, before=browser.jar.get(scope), after=copies[scope])
            for scope in copies
        ),
    ]


def to_kept(cookie: HeldCookie, number: int, now: Seconds) -> KeptCookie:
    """Return a cookie of a real jar as a simulated one has it.

    Raises: LookupError when its value is not at hand.
    """
    return KeptCookie(
        name=cookie.name,
        value=cookie.value.reveal(),
        domain=cookie.domain,
        is_host_only=cookie.is_host_only,
        path=cookie.path,
        ends=cookie.ends,
        is_secure=cookie.secure,
        same_site=cookie.same_site.lower(),
        created=now,
        number=number,
        is_http_only=cookie.http_only,
        is_partitioned=bool(cookie.partition),
    )

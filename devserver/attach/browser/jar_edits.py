"""Cookies of a real browser, changed by hand: put, changed, ended, and put back.

A cookie is deleted by an end that has passed: the browser forgets it as if its time were over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from session_inspector.devserver.attach.browser.observed import RealBrowser
from session_inspector.devserver.attach.browser.origins import Origins, origin_of, port_of_url
from session_inspector.devserver.attach.browser.page_requests import FindRequest, replay
from session_inspector.devserver.cookies.browser_jar import BrowserJar, KeptCookie
from session_inspector.devserver.cookies.browsers.rules import BrowserName
from session_inspector.devserver.cookies.edited_line import DELETES, fill_value
from session_inspector.devserver.cookies.scope import registrable_domain
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    ClearOrigin,
    DropCookie,
    PutCookie,
    ReplayInPage,
    Reply,
)
from session_inspector.devserver.core.errors import (
    BrowserRefused,
    BrowserUnavailable,
    InputError,
    InspectorError,
)
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.devserver.stores.undo.undos import UndoableChange, Undos

LONG_OVER: Seconds = 1.0
"""An end that makes a browser forget a cookie."""
AWAY = "no real browser is watched now: open one first"
ABSENT = "the browser has no such cookie any more"
CHANGED = "the browser has another cookie there by now; it stays as it is"
READ_ONLY = "nothing is changed in the browser: it is watched with --read-only"

InBrowser: TypeAlias = PutCookie | DropCookie | ClearOrigin | ReplayInPage
HeldScope: TypeAlias = tuple[str, str, bool, str, str]


class JarHolder(Protocol):
    """Who watches the browser."""

    @property
    def browser(self) -> RealBrowser | None:
        """The browser; None: it is away."""
        ...

    @property
    def rules(self) -> BrowserName:
        """Whose rules it follows."""
        ...

    @property
    def page_url(self) -> str:
        """The page that was opened in it."""
        ...

    @property
    def origins(self) -> Origins:
        """What is watched."""
        ...

    def look_again(self) -> None:
        """Read the jar at once: it was changed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldChange:
    """What becomes of one scope of the jar."""

    before: HeldCookie | None
    after: HeldCookie | None

    @property
    def reversed(self) -> HeldChange:
        """The change that takes it back."""
        return HeldChange(before=self.after, after=self.before)


class JarEdits:
    """Carries out the commands of the cookies view in the browser that is watched."""

    def __init__(
        self,
        holder: JarHolder,
        clock: Clock,
        undos: Undos,
        *,
        is_read_only: bool,
        find_request: FindRequest = lambda exchange: None,
    ) -> None:
        """`find_request` returns a request that is to be sent again from a page."""
        self._find_request = find_request
        self._holder = holder
        self._clock = clock
        self._undos = undos
        self._is_read_only = is_read_only

    async def run(self, command: InBrowser) -> Reply:
        """Carry out a command. Raises: InspectorError with the browser's word, or ours."""
        browser = self._check()
        match command:
            case ReplayInPage():
                return await replay(browser, self._find_request, command)
            case ClearOrigin():
                return await self._clear(browser, command.origin)
            case _:
                return await self._edit(browser, command)

    async def read(self) -> Sequence[HeldCookie]:
        """Return the cookies of the watched origins. Raises: InspectorError."""
        return await self._check().read_jar()

    async def replace_all(self, cookies: Sequence[KeptCookie], source: str) -> Reply:
        """Put the cookies that go to the watched origins in place of what it has of them.

        Raises: InspectorError when none goes there.
        """
        browser = self._check()
        origins = self._holder.origins
        meant = [
            to_held(one, self._holder.page_url, None)
            for one in cookies
            if origins.may_get(one.domain, is_host_only=one.is_host_only)
        ]
        if not meant:
            raise InspectorError(f"{source} has no cookie of {', '.join(origins.names)}")
        there = {scope_of(cookie): cookie for cookie in await browser.read_jar()}
        changes = [HeldChange(before=there.pop(scope_of(one), None), after=one) for one in meant]
        changes = [*(HeldChange(before=one, after=None) for one in there.values()), *changes]
        await self._apply(browser, changes)
        self._keep_undo(changes)
        count = count_noun(len(meant), "cookie")
        done = f"{browser.version} has {count} of {source}; it can be undone"
        return Reply(is_ok=True, message=done)

    async def _clear(self, browser: RealBrowser, url: str) -> Reply:
        """Forget an origin. Its cookies can be put back; what it stored cannot."""
        origin = origin_of(url)
        if not self._holder.origins.has(origin):
            watched = ", ".join(self._holder.origins.names)
            raise InputError(f"{url!r} is not watched; it must be one of {watched}")
        alone = Origins([origin])
        changes = [
            HeldChange(before=cookie, after=None)
            for cookie in await browser.read_jar()
            if alone.may_get(cookie.domain, is_host_only=cookie.is_host_only)
        ]
        await self._apply(browser, changes)
        if changes:
            self._keep_undo(changes)
        stored = "and what it had stored, which does not come back"
        try:
            await browser.clear_storage(origin)
        except BrowserRefused as error:
            stored = f"its storage stays: {error.message}"
        forgot = f"forgot {count_noun(len(changes), 'cookie')} of {origin}, which undo puts back"
        done = f"{browser.version} {forgot}; {stored}"
        return Reply(is_ok=True, message=done)

    async def _edit(self, browser: RealBrowser, command: PutCookie | DropCookie) -> Reply:
        jar = await browser.read_jar()
        if isinstance(command, DropCookie):
            doomed = [cookie for cookie in jar if _is_meant(cookie, command)]
            if not doomed:
                raise InspectorError(ABSENT)
            changes = [HeldChange(before=cookie, after=None) for cookie in doomed]
            names = ", ".join(sorted({cookie.name for cookie in doomed}))
            done = f"{browser.version} forgot {names}; its next request will show"
        else:
            changes = self._plan(command, jar)
            name = command.name or command.line.partition("=")[0].strip()
            done = f"{browser.version} holds {name} as you wrote it; its next request will show"
        await self._apply(browser, changes)
        self._keep_undo(changes)
        return Reply(is_ok=True, message=done)

    def _check(self) -> RealBrowser:
        if self._is_read_only:
            raise InspectorError(READ_ONLY)
        if self._holder.browser is None:
            raise BrowserUnavailable(AWAY)
        return self._holder.browser

    def _plan(self, command: PutCookie, jar: Sequence[HeldCookie]) -> list[HeldChange]:
        """Return what a line changes. Raises: InputError for one that its browser drops."""
        old = None
        if command.name:
            old = _find(jar, command.name, command.domain, command.path)
        now = self._clock.now()
        line = fill_value(command.line, None if old is None else old.value.reveal())
        kept = BrowserJar(self._holder.rules).make(line, self._holder.page_url, now)
        if not kept.is_alive(now):
            raise InputError(DELETES)
        after = to_held(kept, self._holder.page_url, old)
        there = next((one for one in jar if scope_of(one) == scope_of(after)), None)
        changes = [HeldChange(before=there, after=after)]
        if old is not None and scope_of(old) != scope_of(after):
            changes.insert(0, HeldChange(before=old, after=None))
        return changes

    async def _apply(self, browser: RealBrowser, changes: Sequence[HeldChange]) -> None:
        """Change the jar. Raises: InspectorError when the browser did not keep a cookie."""
        for change in changes:
            await browser.put_cookie(_to_put(change))
        self._holder.look_again()
        jar = await browser.read_jar()
        for change in changes:
            if change.after is not None and not _holds(jar, change.after):
                raise InspectorError(f"{browser.version} did not keep {change.after.name}")

    def _keep_undo(self, changes: Sequence[HeldChange]) -> None:
        async def restore(cause: str) -> str:
            browser = self._check()
            jar = await browser.read_jar()
            if not all(_is_as_left(jar, change) for change in changes):
                return CHANGED
            await self._apply(browser, [change.reversed for change in reversed(changes)])
            return ""

        done = "the cookies of the browser are what they were"
        self._undos.push(UndoableChange(kind="cookies", done=done, restore=restore))


def scope_of(cookie: HeldCookie) -> HeldScope:
    """Return what a later cookie must share to replace it."""
    return cookie.name, cookie.domain, cookie.is_host_only, cookie.path, cookie.partition


def to_held(kept: KeptCookie, url: str, old: HeldCookie | None) -> HeldCookie:
    """Return a cookie of our rules as a real jar has it; a partition is that of its page."""
    partition = ""
    if kept.is_partitioned:
        partition = f"https://{registrable_domain(kept.domain)}"
        if old is not None and old.partition:
            partition = old.partition
    made = HeldCookie(
        name=kept.name,
        value=Secret.of(kept.value),
        domain=kept.domain,
        is_host_only=kept.is_host_only,
        path=kept.path,
        size=len(kept.name.encode()) + len(kept.value.encode()),
        ends=kept.ends,
        secure=kept.is_secure,
        http_only=kept.is_http_only,
        same_site=kept.same_site.capitalize(),
        partition=partition,
        source_port=port_of_url(url),
    )
    if old is None:
        return made
    is_crossed = bool(partition) and old.is_partition_crossed
    return replace(made, source_port=old.source_port, is_partition_crossed=is_crossed)


def _to_put(change: HeldChange) -> HeldCookie:
    """Return the cookie that makes a change in the jar. Raises: InspectorError."""
    if change.after is not None:
        return change.after
    if change.before is None:
        raise InspectorError(ABSENT)
    return replace(change.before, value=Secret.of(""), ends=LONG_OVER)


def _is_as_left(jar: Sequence[HeldCookie], change: HeldChange) -> bool:
    if change.after is not None:
        return _holds(jar, change.after)
    scope = change.before and scope_of(change.before)
    return all(scope_of(cookie) != scope for cookie in jar)


def _holds(jar: Sequence[HeldCookie], wanted: HeldCookie) -> bool:
    return any(
        scope_of(cookie) == scope_of(wanted) and cookie.value == wanted.value for cookie in jar
    )


def _is_meant(cookie: HeldCookie, command: DropCookie) -> bool:
    return command.name in ("", cookie.name) and command.path in ("", cookie.path)


def _find(jar: Sequence[HeldCookie], name: str, domain: str, path: str) -> HeldCookie:
    for cookie in jar:
        is_there = cookie.domain == domain or (not domain and cookie.is_host_only)
        if (cookie.name, cookie.path) == (name, path) and is_there:
            return cookie
    raise InputError(ABSENT)

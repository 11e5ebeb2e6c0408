"""Cookies of a simulated browser, edited by hand: what each edit changes, and how it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.browser_jar import BrowserJar, KeptCookie, Scope
from session_inspector.devserver.cookies.edited_line import (
    DELETES,
    LineParts,
    fill_value,
    write_line,
)
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.exchange import CookieEdited, CookiesForgotten
from session_inspector.devserver.core.values import Seconds, Secret

ABSENT = "its browser has no such cookie any more"
CHANGED = "a response has set the cookie since; it stays as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class JarChange:
    """What becomes of one scope of a jar."""

    scope: Scope
    before: KeptCookie | None
    after: KeptCookie | None

    @property
    def reversed(self) -> JarChange:
        """The change that takes it back."""
        return JarChange(scope=self.scope, before=self.after, after=self.before)


def plan_edit(
    jar: BrowserJar, line: str, old: KeptCookie | None, url: str, now: Seconds
) -> list[JarChange]:
    """Return what a line changes: `old` is the cookie that it is an edit of; None: it adds one.

    Raises: InputError for a line that the browser drops, or that deletes.
    """
    if old is not None:
        url = f"{split_url(url).scheme}://{old.domain}/"  # it may be the provider's
    cookie = jar.make(fill_value(line, None if old is None else old.value), url, now)
    if not cookie.is_alive(now):
        raise InputError(DELETES)
    changes = [JarChange(scope=cookie.scope, before=jar.get(cookie.scope), after=cookie)]
    if old is not None and old.scope != cookie.scope:
        changes.insert(0, JarChange(scope=old.scope, before=old, after=None))
    return changes


def find_cookie(jar: BrowserJar, name: str, domain: str, path: str, now: Seconds) -> KeptCookie:
    """Return the cookie of a scope. Raises: InputError when there is none."""
    for cookie in jar.cookies(now):
        is_meant = (cookie.name, cookie.path) == (name, path)
        if is_meant and domain in (cookie.domain, _domain_attribute(cookie)):
            return cookie
    raise InputError(ABSENT)


def apply_changes(jar: BrowserJar, changes: Sequence[JarChange]) -> None:
    """Carry out changes."""
    for change in changes:
        jar.place(change.scope, change.after)


def why_not_undone(jar: BrowserJar, changes: Sequence[JarChange]) -> str:
    """Return why changes cannot be taken back: the jar is not as they left it. Empty: they can."""
    if all(jar.get(change.scope) == change.after for change in changes):
        return ""
    return CHANGED


def describe_changes(
    changes: Sequence[JarChange], *, at: Seconds, cause: str, session: str, client: str
) -> list[CookieEdited | CookiesForgotten]:
    """Return the events of changes."""
    events: list[CookieEdited | CookiesForgotten] = []
    for change in changes:
        if change.after is not None:
            events.append(_describe_cookie(change.after, at, cause, session, client))
        elif change.before is not None:
            events.append(
                CookiesForgotten(
                    at=at,
                    cause=cause,
                    session=session,
                    client=client,
                    names=(change.before.name,),
                )
            )
    return events


def _describe_cookie(
    cookie: KeptCookie, at: Seconds, cause: str, session: str, client: str
) -> CookieEdited:
    max_age = None
    if cookie.ends is not None:
        max_age = cookie.ends - at
    return CookieEdited(
        at=at,
        cause=cause,
        session=session,
        client=client,
        name=cookie.name,
        value=Secret.of(cookie.value),
        size=len(cookie.value.encode()),
        line_size=len(_spell(cookie).encode()),
        max_age=max_age,
        path=cookie.path,
        domain=_domain_attribute(cookie),
        secure=cookie.is_secure,
        http_only=cookie.is_http_only,
        same_site=cookie.same_site.capitalize(),
        partitioned=cookie.is_partitioned,
    )


def _spell(cookie: KeptCookie) -> str:
    """Return a cookie as a Set-Cookie line."""
    parts = LineParts(
        name=cookie.name,
        path=cookie.path,
        domain=_domain_attribute(cookie),
        secure=cookie.is_secure,
        http_only=cookie.is_http_only,
        same_site=cookie.same_site.capitalize(),
    )
    return write_line(parts, cookie.value)


def _domain_attribute(cookie: KeptCookie) -> str:
    if cookie.is_host_only:
        return ""
    return cookie.domain

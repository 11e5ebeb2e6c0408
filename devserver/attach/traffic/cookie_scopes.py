"""By which domain and path each cookie was set: a browser deletes it by the same ones only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from session_inspector.devserver.attach.traffic.endings import is_cleared
from session_inspector.devserver.attach.traffic.learned import digest_of
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.lifetimes import is_deleted
from session_inspector.devserver.cookies.scope import cookie_path
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.values import Seconds

KEPT = 20_000
"""Values that are remembered."""
CookieScope: TypeAlias = tuple[str, str]
"""(domain, empty: this host only; path)"""


def scope_of(line: SetCookie, request_path: str) -> CookieScope:
    """Return by what a browser tells a cookie from others of its name."""
    return line.domain.lstrip(".").lower(), cookie_path(line.path, request_path)


def apply_cookies(
    jar: Mapping[str, str], cookies: Sequence[SetCookie], at: Seconds
) -> dict[str, str]:
    """Return a jar as a browser has it after a response, without cookies that have no value."""
    after = dict(jar)
    for cookie in cookies:
        value = decode_component(cookie.value)
        if is_cleared(cookie, at) or value is None:
            after.pop(cookie.name, None)
        else:
            after[cookie.name] = value
    return after


class CookieScopes:
    """The scopes in which an app has set each value."""

    def __init__(self) -> None:
        self._scopes: Bounded[frozenset[CookieScope]] = Bounded(KEPT)
        """Digest of a cookie to those in which browsers have it."""

    def take(
        self, jar: Mapping[str, str], cookies: Sequence[SetCookie], request: str, at: Seconds
    ) -> list[SetCookie]:
        """Remember what a response sets; returns its lines without deletions that miss.

        One misses when the value that the request brought was set in other scopes only, or when
        the response sets the name anew in another one: the cookie moves. `request` is `GET /path`.
        """
        path = request.partition(" ")[2]
        living = [cookie for cookie in cookies if not is_deleted(cookie, at)]
        made = {(cookie.name, scope_of(cookie, path)) for cookie in living}
        effective: list[SetCookie] = []
        for cookie in cookies:
            scope = scope_of(cookie, path)
            if not is_deleted(cookie, at):
                self._note(cookie, scope)
            elif self._misses(jar, cookie, scope) or _is_moved(made, cookie, scope):
                continue
            effective.append(cookie)
        return effective

    def find_equal(
        self, jar: Mapping[str, str], cookies: Sequence[SetCookie], request: str
    ) -> frozenset[str]:
        """Return the names whose new value a cookie of another path or domain has had by chance.

        Asked before the lines of the response are taken. What the request brought is no chance.
        """
        path = request.partition(" ")[2]
        found: set[str] = set()
        for cookie in cookies:
            value = decode_component(cookie.value)
            if not value or jar.get(cookie.name) == value:
                continue
            known = self._scopes.get(digest_of(cookie.name, value))
            if known and scope_of(cookie, path) not in known:
                found.add(cookie.name)
        return frozenset(found)

    def find_kept(
        self, jar: Mapping[str, str], cookies: Sequence[SetCookie], request: str
    ) -> frozenset[str]:
        """Return the names that a response has set, and whose value before a browser has as well.

        That one was set in another scope only: Path=/ beside Path=/app. Asked once the lines of
        the response are taken.
        """
        path = request.partition(" ")[2]
        kept: set[str] = set()
        for name in {cookie.name for cookie in cookies} & jar.keys():
            made = {scope_of(cookie, path) for cookie in cookies if cookie.name == name}
            known = self._scopes.get(digest_of(name, jar[name]))
            if known and not known & made:
                kept.add(name)
        return frozenset(kept)

    def _note(self, cookie: SetCookie, scope: CookieScope) -> None:
        value = decode_component(cookie.value)
        if not value:
            return
        digest = digest_of(cookie.name, value)
        known = self._scopes.get(digest) or frozenset()
        self._scopes.put(digest, known | {scope})

    def _misses(self, jar: Mapping[str, str], cookie: SetCookie, scope: CookieScope) -> bool:
        """Check whether a browser keeps a cookie in spite of a line that deletes its name."""
        value = jar.get(cookie.name)
        if value is None:
            return False
        digest = digest_of(cookie.name, value)
        known = self._scopes.get(digest)
        if not known:
            return False  # nobody has seen where it was set
        left = known - {scope}
        self._scopes.put(digest, left)
        return bool(left)


def _is_moved(
    made: Collection[tuple[str, CookieScope]], cookie: SetCookie, scope: CookieScope
) -> bool:
    return any(name == cookie.name and other != scope for name, other in made)

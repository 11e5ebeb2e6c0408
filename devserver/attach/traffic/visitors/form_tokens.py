"""Cookies that prove where a form is from: scripts read them, and send them back in a header.

GET /login    sets form_token, no HttpOnly     visitors get it
POST /login   sends it back; sets another one  it is of the form, and not of who logs in
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.decoders.drawn import looks_drawn


class FormTokens:
    """The names of such cookies of some apps."""

    def __init__(self, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._named = named
        self._shown: Bounded[bool] = Bounded()
        """Names that visitors were given, for scripts to read."""
        self._echoed: Bounded[bool] = Bounded()
        """Names whose value a header has repeated (a double submit cookie)."""
        self._known: Bounded[bool] = Bounded()
        """Names that a login has shown to be a form's."""

    def note_echoed(self, host: str, names: Iterable[str]) -> None:
        """Note the cookies of a request whose values its headers repeat."""
        for name in names:
            self._echoed.put(f"{host} {name}", True)

    def note_given(self, answer: CookieAnswer, names: Iterable[str]) -> None:
        """Note cookies that a visitor was given."""
        for name in names:
            if not answer.lines[name].http_only:
                self._shown.put(_key_of(answer, name), True)

    def set_aside(self, answer: CookieAnswer, opened: OpenedJar) -> CookieAnswer:
        """Return a response without the cookies that are a form's.

        That a login renews one is not enough: another cookie has to be the session's, which
        scripts may not read, or a header has to repeat it. What a family knows is none.
        """
        known = {name for one in (*opened.sessions, *opened.others) for name in one.cookies}
        names = answer.lines.keys() - known - self._named
        if is_login(answer):
            self._note_renewed(answer, {name for name in names if self._is_renewed(answer, name)})
        found = {name for name in names if self._known.get(_key_of(answer, name))}
        if not found:
            return answer
        lines = {name: line for name, line in answer.lines.items() if name not in found}
        return replace(answer, lines=lines)

    def _note_renewed(self, answer: CookieAnswer, names: set[str]) -> None:
        is_beside = _has_hidden(answer, names)
        for name in names:
            if is_beside or self._echoed.get(_key_of(answer, name)):
                self._known.put(_key_of(answer, name), True)

    def _is_renewed(self, answer: CookieAnswer, name: str) -> bool:
        """Check for a cookie of visitors that a login deletes, or gives another value."""
        is_shown = self._shown.get(_key_of(answer, name)) is not None
        is_brought = name in answer.arrival.jar and name in answer.changed
        return is_shown and is_brought and not answer.lines[name].http_only


def _has_hidden(answer: CookieAnswer, names: set[str]) -> bool:
    """Check for a cookie beside some that may be a session's, and that scripts do not read."""
    if any(not names.issuperset(one.found.cookies) for one in answer.arrival.users):
        return True
    lines = [answer.lines[name] for name in answer.given]
    return any(line.http_only and looks_drawn(line.value) for line in lines)


def _key_of(answer: CookieAnswer, name: str) -> str:
    return f"{answer.arrival.host} {name}"

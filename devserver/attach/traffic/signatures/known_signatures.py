"""Which signature the app gave to an id: another one under the same id is not the app's.

GET /login     sets s:ID.AAAA
GET /me        brings s:ID.BBBB     somebody changed it: this is not the session of ID

A secret shows by itself whether a signature is good. One that somebody told, and that has opened
nothing yet, may be the wrong one: what it does not open is of ID only where the app has set it.
"""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.attach.visitors.unverified import NO_SECRET_CODE, WRONG_SECRET
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded

KEPT = 20_000
"""Ids that are remembered."""
REASON = "its signature is not the one of the cookie that the app set for this id"


class KnownSignatures:
    """The signed ids of one app."""

    def __init__(self) -> None:
        self._given: Bounded[frozenset[str]] = Bounded(KEPT)
        """Id to the digests of the cookies that responses set for it."""

    def note(self, opened: OpenedJar, answer: CookieAnswer) -> None:
        """Remember the signed ids that a response sets."""
        for one in opened.sessions:
            if _is_unchecked(one) and answer.has_any_of(one):
                digest = fingerprint(answer.value_of(one))
                given = self._given.get(one.session_id) or frozenset()
                self._given.put(one.session_id, given | {digest})

    def set_apart(self, opened: OpenedJar, jar: Mapping[str, str]) -> OpenedJar:
        """Return a jar in which an id under a signature that nobody gave it is no session's."""
        sessions = tuple(
            self._without_id(one) if self._is_changed(one, jar) else one for one in opened.sessions
        )
        return replace(opened, sessions=sessions)

    def _is_changed(self, one: Decoded, jar: Mapping[str, str]) -> bool:
        if not _is_unchecked(one):
            return False
        given = self._given.get(one.session_id)
        if not given:
            return one.problem == WRONG_SECRET
        return fingerprint("".join(jar.get(name, "") for name in one.cookies)) not in given

    def _without_id(self, one: Decoded) -> Decoded:
        reason = one.reason
        if self._given.get(one.session_id):
            reason = REASON
        return replace(one, session_id="", payload={}, problem=WRONG_SECRET, reason=reason)


def _is_unchecked(one: Decoded) -> bool:
    """Check for a signed id whose signature nobody could check."""
    return bool(one.session_id) and one.problem in (NO_SECRET_CODE, WRONG_SECRET)

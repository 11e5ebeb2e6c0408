"""Which of several sessions a page needs: by the login that it leads to, or by what it accepted.

GET /admin/me    nobody's, 302 to /admin/login    it needs what POST /admin/login began
GET /api/admin   brings admin_sid alone, 200      it needs that, where it needs a session
"""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.beside.other_logins import (
    are_apart,
    begun_apart,
    forms_of,
    root_of_path,
)
from session_inspector.devserver.attach.traffic.learned import LearnedSession
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    SUCCESSES,
    KnownRequests,
)
from session_inspector.devserver.core.bounded import Bounded


class NeededSessions:
    """The pages of one app that has several logins."""

    def __init__(self, requests: KnownRequests) -> None:
        self._requests = requests
        self._forms: Bounded[bool] = Bounded()
        """Paths of logins that have begun sessions beside those of others."""
        self._alone: Bounded[frozenset[str]] = Bounded()
        """Request to the cookies each of which it has accepted without the others."""

    def note(self, answer: CookieAnswer) -> None:
        """Learn from an answer what a page needs."""
        arrival = answer.arrival
        if len(arrival.sessions) != 1 or answer.status not in SUCCESSES:
            return
        if self._requests.is_guarded(arrival.request):
            known = self._alone.get(arrival.request) or frozenset()
            names = known.union(arrival.sessions[0].found.cookies)
            self._alone.put(arrival.request, names)

    def find_others(
        self,
        request: str,
        sessions: Sequence[NamedSession],
        all_learned: Sequence[LearnedSession],
    ) -> frozenset[str]:
        """Return the sessions that a page does not need; empty: that is not known of any."""
        self._note_forms(all_learned)
        form = root_of_path(self._requests.guard_of(request))
        if self._forms.get(form):
            others = [one.name for one in all_learned if self._is_of_another(one, form)]
            if others:
                return frozenset(others)
        names = self._alone.get(request) or frozenset()
        needed = [one for one in sessions if not names.isdisjoint(one.found.cookies)]
        if not needed or len(needed) == len(sessions):
            return frozenset()
        return frozenset(one.name for one in sessions if one not in needed)

    def _note_forms(self, all_learned: Sequence[LearnedSession]) -> None:
        for one in all_learned:
            if any(begun_apart(one, other) for other in all_learned if other is not one):
                for form in forms_of(one):
                    self._forms.put(form, True)

    def _is_of_another(self, learned: LearnedSession, form: str) -> bool:
        """Check whether a session was begun by another one of the app's logins."""
        forms = forms_of(learned)
        is_known = any(self._forms.get(one) for one in forms)
        return is_known and are_apart(forms, {form})

"""Which of several learned sessions a response is about: two pairs of tokens lie in one jar.

POST /shop/login     sets shop_access and shop_refresh      one session
POST /blog/login     brings them, sets blog_access and blog_refresh: another one
POST /blog/refresh   brings all four, sets the second pair: it is about the second
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.companions import new_cookies
from session_inspector.devserver.attach.traffic.learning import LearnedSession, NewCookie
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.decoders.base import Decoded


def find_owner(names: Iterable[str], learned: Sequence[LearnedSession]) -> LearnedSession | None:
    """Return the first learned session that has a cookie of one of these names."""
    wanted = set(names)
    return next((one for one in learned if wanted & set(one.members)), None)


def learned_for(names: Iterable[str], learned: Sequence[LearnedSession]) -> LearnedSession | None:
    """Return the learned session of some cookies; of those that none has, the first."""
    return find_owner(names, learned) or next(iter(learned), None)


def choose_learned(answer: CookieAnswer, opened: Sequence[Decoded]) -> CookieAnswer:
    """Return a response as one of the learned session that it is about."""
    arrival = answer.arrival
    if arrival.learned is None or not answer.lines:
        return answer
    chosen = find_owner(answer.lines, arrival.all_learned)
    if chosen is None and not _begins_pair(answer, opened, arrival.learned):
        return answer
    beside = tuple(one for one in arrival.all_learned if one is not chosen)
    return replace(answer, arrival=replace(arrival, learned=chosen, beside=beside))


def _begins_pair(answer: CookieAnswer, opened: Sequence[Decoded], learned: LearnedSession) -> bool:
    """Check whether a response sets a pair of its own beside that of a session.

    A cookie that comes alone, or beside a session that has none, is its companion.
    """
    cookies = new_cookies(answer, opened, None, frozenset())
    if _has_both(cookies) and 0 < len(learned.opaque) < len(learned.members):
        return True
    return is_login(answer) and len(cookies) > 1 and len(learned.members) > 1


def _has_both(cookies: Sequence[NewCookie]) -> bool:
    """Check for a token, and a cookie of no known format that renews it."""
    return {cookie.is_opaque for cookie in cookies} == {True, False}

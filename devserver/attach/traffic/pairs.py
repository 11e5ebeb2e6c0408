"""Which of several learned sessions a response is about: two pairs of tokens lie in one jar.

POST /shop/login     sets shop_access and shop_refresh      one session
POST /blog/login     brings them, sets blog_access and blog_refresh: another one
POST /blog/refresh   brings all four, sets the second pair: it is about the second

And which of a pair renews the other, where both are tokens that can be read:

POST /auth/login     sets at (20 s, Path=/) and rt (120 s, Path=/auth): rt renews at
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.beside.other_logins import begins_beside
from session_inspector.devserver.attach.traffic.companions import TOKEN, new_cookies
from session_inspector.devserver.attach.traffic.endings import is_cleared
from session_inspector.devserver.attach.traffic.learned import LearnedSession, NewCookie
from session_inspector.devserver.attach.traffic.logins import is_login, leaves_visitors
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.cookies.lifetimes import cookie_end
from session_inspector.devserver.cookies.scope import cookie_path, is_path_match
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.subject import find_subject

ROUNDED = 1.0
"""Seconds by which equal ends differ: a token's is in whole seconds."""
_NONE: frozenset[str] = frozenset()


def find_owner(names: Iterable[str], learned: Sequence[LearnedSession]) -> LearnedSession | None:
    """Return the first learned session that has a cookie of one of these names."""
    wanted = set(names)
    return next((one for one in learned if wanted & set(one.members)), None)


def learned_for(names: Iterable[str], learned: Sequence[LearnedSession]) -> LearnedSession | None:
    """Return the learned session of some cookies; of those that none has, the first."""
    return find_owner(names, learned) or next(iter(learned), None)


def choose_learned(
    answer: CookieAnswer, opened: Sequence[Decoded], renewers: Mapping[str, Decoded]
) -> CookieAnswer:
    """Return a response as one of the learned session that it is about."""
    arrival = answer.arrival
    if arrival.learned is None or not answer.lines:
        return answer
    chosen = find_owner(answer.changed, arrival.all_learned)
    if chosen is None:
        chosen = find_owner(answer.lines, arrival.all_learned)
    about = chosen or arrival.learned
    cookies = new_cookies(answer, opened, None, frozenset(), renewers)
    if leaves_visitors(answer, about, cookies):
        chosen = None
    elif chosen is None and not _begins_own(answer, about, cookies):
        return answer
    beside = tuple(one for one in arrival.all_learned if one is not chosen)
    return replace(answer, arrival=replace(arrival, learned=chosen, beside=beside))


def _begins_own(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a response sets a pair of its own beside that of a session.

    A cookie that comes alone, or beside a session that has none, is its companion; but for a login
    by another form than the session's own.
    """
    if begins_beside(answer, learned, cookies):
        return True
    if _has_both(cookies) and 0 < len(learned.opaque) < len(learned.members):
        return True
    return is_login(answer) and len(cookies) > 1 and len(learned.members) > 1


def _has_both(cookies: Sequence[NewCookie]) -> bool:
    """Check for a token, and a cookie that renews it."""
    return {cookie.is_opaque for cookie in cookies} == {True, False}


# -- pairs of which both can be read -----------------------------------------------------------


def find_pairs(sessions: Sequence[Decoded]) -> dict[str, str]:
    """Return cookie to holder of tokens that come in twos of one user: who set them is not seen.

    More of one user may be of several apps, as cookies ignore ports.
    """
    found: dict[str, list[str]] = {}
    for one in sessions:
        subject = find_subject(one.payload)
        if one.family == TOKEN and subject:
            holder = f"{subject} {one.payload.get('iss', '')}"
            found.setdefault(holder, []).append(one.cookies[0])
    twos = {holder: cookies for holder, cookies in found.items() if len(cookies) == 2}
    return {cookie: holder for holder, cookies in twos.items() for cookie in cookies}


def longest_first(sessions: Sequence[Decoded]) -> list[Decoded]:
    """Return sessions with the tokens that live longest before others: a pair ends with those."""

    def left(one: Decoded) -> float:
        if one.family != TOKEN or one.expires is None:
            return -math.inf
        return -one.expires

    return sorted(sessions, key=left)


def known_renewers(opened: OpenedJar, learned: Sequence[LearnedSession]) -> dict[str, Decoded]:
    """Return the tokens of a jar that renew others of their session, by their cookies."""
    names = {name for one in learned for name in one.opaque}
    return {name: one for one in _tokens(opened) for name in one.cookies if name in names}


def set_aside(opened: OpenedJar, renewers: Mapping[str, Decoded]) -> OpenedJar:
    """Return a jar without the tokens that renew others, where one of those is in it.

    What a session holds is told by one of its tokens, and always by the same.
    """
    left = [one for one in opened.sessions if renewers.keys().isdisjoint(one.cookies)]
    if not any(one.family == TOKEN for one in left):
        return opened
    return replace(opened, sessions=tuple(left))


def find_renewers(answer: CookieAnswer, opened: OpenedJar) -> dict[str, Decoded]:
    """Return the tokens that renew others, by their cookies: known ones, or one of those set.

    Of tokens that are set together it is the one whose path is narrower than that of each other,
    or else that outlives it; beside a cookie of no known format only the path tells.
    """
    known = known_renewers(opened, answer.arrival.all_learned)
    made = [one for one in _tokens(opened) if _is_set(answer, one)]
    names = {name for one in made for name in one.cookies}
    if any(one.opaque and names & set(one.members) for one in answer.arrival.all_learned):
        return known  # what renews that session is known
    decoded = [*opened.sessions, *opened.others]
    is_alone = not any(one.is_opaque for one in new_cookies(answer, decoded, None, _NONE, {}))
    for one in made:
        others = [other for other in made if other is not one]
        if others and all(_renews(answer, one, other, is_alone) for other in others):
            return known | dict.fromkeys(one.cookies, one)
    return known


def _tokens(opened: OpenedJar) -> list[Decoded]:
    return [one for one in opened.sessions if one.family == TOKEN]


def _is_set(answer: CookieAnswer, one: Decoded) -> bool:
    return answer.has_any_of(one) and not is_cleared(answer.line_of(one), answer.at)


def _renews(answer: CookieAnswer, one: Decoded, other: Decoded, is_alone: bool) -> bool:
    """Check whether a token renews another by their paths, else by how long they live."""
    path = _path_of(answer, one)
    other_path = _path_of(answer, other)
    ends = _end_of(answer, one)
    other_ends = _end_of(answer, other)
    if ends + ROUNDED < other_ends or is_narrower(other_path, path):
        return False
    return is_narrower(path, other_path) or (is_alone and ends > other_ends + ROUNDED)


def is_narrower(path: str, other: str) -> bool:
    """Check whether a cookie of one path is sent to fewer requests than one of another."""
    return path != other and is_path_match(path, other)


def _path_of(answer: CookieAnswer, one: Decoded) -> str:
    return cookie_path(answer.line_of(one).path, answer.moment.path)


def _end_of(answer: CookieAnswer, one: Decoded) -> float:
    """Return when a token is of no use any more, by its cookie and by itself."""
    ends = (cookie_end(answer.line_of(one), answer.at), one.expires)
    return min((end for end in ends if end is not None), default=math.inf)

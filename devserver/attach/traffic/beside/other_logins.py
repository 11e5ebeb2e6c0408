"""Logins beside a session that lives on: an app has two of them, and each has its own cookie.

POST /shop/login     sets shop_sid                            a session
POST /admin/login    brings it, sets admin_sid, leaves it     another one, beside it
POST /login          sets sid
POST /login/otp      brings it, sets device, leaves it        a step of that login: the same session
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.learned import LearnedSession, NewCookie
from session_inspector.devserver.attach.traffic.logins import LOGIN_PATHS, is_login
from session_inspector.devserver.attach.traffic.paths.login_words import REMEMBER
from session_inspector.devserver.attach.traffic.session_memory import SeenLogin

STEPS = re.compile(
    r"/(?:e-?mail|username|credentials|password|passkey|otp|totp|2fa|mfa|code|verify"
    r"|callback(?:/[^/]+)?)/?$",
    re.IGNORECASE,
)
"""Ends of paths by which a login goes on that has begun by another one."""


def begins_beside(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a response logs in beside a learned session, which it leaves as it is.

    It sets a cookie that scripts may not read, and that remembers nobody: it does so by another
    form than the one which began the session, and pages have answered that one.
    """
    if not is_login(answer) or learned.name not in answer.arrival.used or learned.knows_visitors:
        return False
    if not learned.members.keys().isdisjoint(answer.lines):
        return False
    return _is_another_form(answer, forms_of(learned)) and _sets_own(answer, cookies)


def begins_beside_read(
    answer: CookieAnswer, login: SeenLogin | None, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a response logs in beside a session that can be read, which it leaves as it is.

    `login` is how that one began; pages have answered it, and no other is in the request.
    """
    if login is None or not is_login(answer) or len(answer.arrival.sessions) != 1:
        return False
    (one,) = answer.arrival.sessions
    if one.name not in answer.arrival.used or answer.has_any_of(one.found):
        return False
    return _is_another_form(answer, {_root_of(login.request)}) and _sets_own(answer, cookies)


def _is_another_form(answer: CookieAnswer, forms: Set[str]) -> bool:
    """Check whether a login is none of some others, of which at least one is known, nor a step."""
    return bool(forms) and are_apart(forms, {_root_of(answer.arrival.request)})


def _sets_own(answer: CookieAnswer, cookies: Sequence[NewCookie]) -> bool:
    """Check whether a response sets a cookie that scripts may not read, and remembers nobody."""
    own = [answer.lines[one.name] for one in cookies if not REMEMBER.search(one.name)]
    return any(line.http_only for line in own)


def begun_apart(learned: LearnedSession, other: LearnedSession) -> bool:
    """Check whether two sessions were begun by forms of which neither is a step of the other."""
    forms = forms_of(learned)
    others = forms_of(other)
    return bool(forms and others) and are_apart(forms, others)


def forms_of(learned: LearnedSession) -> frozenset[str]:
    """Return the paths of the logins that have set a session's cookies, without their steps."""
    begun = [member.set_by for member in learned.opaque.values()]
    return frozenset(_root_of(request) for request in begun if LOGIN_PATHS.search(request))


def are_apart(forms: Set[str], others: Set[str]) -> bool:
    """Check whether none of some logins is one of the others, or a step of it."""
    return not any(
        _is_under(one, other) or _is_under(other, one) for one in forms for other in others
    )


def _root_of(request: str) -> str:
    """Return the path of a login without the step that it is."""
    return root_of_path(request.partition(" ")[2])


def root_of_path(path: str) -> str:
    """Return a path without the step of a login that it is."""
    return STEPS.sub("", path.rstrip("/")).lower()


def _is_under(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}/")

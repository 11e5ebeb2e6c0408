"""Logins: those that transaction cookies show, and those that the request's path does.

A transaction cookie begins a login, and makes way for a session at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.endings import is_deleted_by
from session_inspector.devserver.attach.traffic.learning import LearnedSession, NewCookie
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.core.events.login import LoginStarted
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded

LOGIN_PATHS = re.compile(
    r"(?:^|[/_.-])(?:log-?[io]n|sign-?in|authenticate|sessions?|callback|acs)/?$", re.IGNORECASE
)
SUCCESSES = range(200, 400)


def is_login(answer: CookieAnswer) -> bool:
    """Check whether a response ends a login by what was asked: a form, or a callback."""
    method, _, path = answer.arrival.request.partition(" ")
    found = LOGIN_PATHS.search(path)
    if found is None or answer.status not in SUCCESSES:
        return False
    return method == "POST" or "callback" in found[0].lower()


def is_new_login(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a login takes the only cookie of a session, or all of them: another one begins.

    Beside a cookie that lives on, a value that changes is a rotation.
    """
    if not is_login(answer):
        return False
    if set(learned.members) <= set(answer.deleted):
        return True  # the new ones have other names
    if len(learned.members) != 1:
        return False
    changed = [one for one in cookies if one.name in learned.members]
    return any(learned.members[one.name].digest != one.digest for one in changed)


def report_starts(publish: Publish, answer: CookieAnswer, opened: OpenedJar) -> None:
    """Report logins that a transaction cookie began."""
    for found in opened.others:
        state = found.payload.get("state")
        if found.cookies[0] in answer.lines and isinstance(state, str):
            publish(
                LoginStarted(
                    at=answer.at,
                    cause=answer.cause,
                    login=fingerprint(state),
                    transaction_cookie=found.cookies[0],
                    return_to=str(found.payload.get("returnTo") or "/"),
                )
            )


def find_end(answer: CookieAnswer, opened: OpenedJar) -> tuple[str, Decoded] | None:
    """Return (login, session): its transaction cookie was deleted, and a session was made."""
    states = [
        str(found.payload["state"])
        for found in answer.arrival.others
        if is_deleted_by(found, answer.lines, answer.at) and found.payload.get("state")
    ]
    made = [one for one in opened.sessions if answer.has_any_of(one) and not one.problem]
    if not states or not made:
        return None
    return fingerprint(states[0]), made[0]

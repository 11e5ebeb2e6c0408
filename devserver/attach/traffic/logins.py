"""Logins that transaction cookies show: begun by one, ended when it makes way for a session."""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.endings import is_deleted_by
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.core.events.login import LoginStarted
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded


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

"""Logins: those that transaction cookies show, and those that the request's path does.

A transaction cookie begins a login, and makes way for a session at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.endings import is_deleted_by
from session_inspector.devserver.attach.traffic.learned import (
    LearnedSession,
    NewCookie,
)
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.attach.traffic.paths.login_words import REMEMBER
from session_inspector.devserver.attach.traffic.paths.logout_paths import names_logout
from session_inspector.devserver.attach.traffic.session_memory import SeenLogin, SessionMemory
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.login import LoginStarted
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.bundles import are_one_value
from session_inspector.devserver.decoders.subject import (
    find_accounts,
    find_subject,
    is_another_user,
)

LOGIN_PATHS = re.compile(
    r"(?:^|[/_.-])(?:(?:log[-_]?[io]n|sign[-_]?in|authenticate)"
    r"(?:/(?:e-?mail|username|credentials|password|passkey|otp|totp|2fa|mfa|code|verify))?"
    r"|sessions?|acs|callback(?:/[^/]+)?)/?$",
    re.IGNORECASE,
)
"""Auth.js has /callback/credentials and /callback/google, better-auth /sign-in/email."""
LOGIN_PAGES = re.compile(
    r"(?:^|[/_.-])(?:log[-_]?[io]n|sign[-_]?in|authenticate|sessions?/new)/?$", re.IGNORECASE
)
"""Paths of pages to log in at."""
SUCCESSES = range(200, 400)
AWAY = frozenset(range(300, 400)) - {304}


def is_login_form(request: str) -> bool:
    """Check whether a request sends who logs in: what it is refused for is in the form."""
    method, _, path = request.partition(" ")
    return method == "POST" and LOGIN_PATHS.search(path) is not None


def is_login(answer: CookieAnswer) -> bool:
    """Check whether a response ends a login by what was asked: a form, or a callback."""
    method, _, path = answer.arrival.request.partition(" ")
    found = LOGIN_PATHS.search(path)
    if found is None or answer.status not in SUCCESSES or answer.is_turned_away:
        return False
    return method == "POST" or "callback" in found[0].lower()


def is_sent_on(answer: CookieAnswer) -> bool:
    """Check for a login that leads on: a wrong password may be answered by the form again."""
    return is_login(answer) and answer.status in AWAY


def logs_in(answer: CookieAnswer, found: Decoded) -> bool:
    """Check whether a response ends a login, and a cookie is not what visitors have beside it."""
    return is_login(answer) and not is_visitors(answer, found)


def is_visitors(answer: CookieAnswer, found: Decoded) -> bool:
    """Check for what visitors have too, beside a session that they have not."""
    return bool(found.cookies) and answer.of_visitors.issuperset(found.cookies)


def sets_session(answer: CookieAnswer, found: Decoded) -> bool:
    """Check whether a response set or deleted a cookie that is more than what visitors have."""
    return answer.has_any_of(found) and not is_visitors(answer, found)


def is_logout(answer: CookieAnswer) -> bool:
    """Check whether a response ends a session by what was asked, and does what was asked."""
    method, _, path = answer.arrival.request.partition(" ")
    if answer.status not in SUCCESSES:
        return False
    return names_logout(path) or (method == "DELETE" and LOGIN_PATHS.search(path) is not None)


def gives_login(
    answer: CookieAnswer, facts: SessionFacts, before: JsonObject | None, text: str
) -> bool:
    """Check whether a response logs a user in to a session: a new one, or one that was nobody's.

    A form that is refused may set a session as well: for a message, and of nobody; and one that is
    shown again may roll that of a user. `text` is what a
    cookie holds that is no object: the user's name in most apps.
    """
    if not is_login(answer):
        return False
    is_read = bool(facts.layout) or facts.kind == "stateless"
    if is_read and not facts.sub and not text:
        return False
    return before is None or not find_subject(before) or is_sent_on(answer)


def puts_user_in(answer: CookieAnswer, before: JsonObject, after: JsonObject) -> bool:
    """Check whether a response has put a user into a session that was nobody's: a login.

    Where none was asked for by its path (`POST /otp` after the password) it takes more than a name
    or an address, which a form may have asked for.
    """
    if answer.is_turned_away or find_subject(before) or _has_brought(answer, after):
        return False
    if is_login(answer):
        return bool(find_subject(after))
    return answer.status in SUCCESSES and bool(find_accounts(after))


def _has_brought(answer: CookieAnswer, after: JsonObject) -> bool:
    """Check whether a request has brought the user that its answer writes: a copy of before."""
    user = find_subject(after)
    return bool(user) and any(
        find_subject(one.found.payload) == user for one in answer.arrival.sessions
    )


def learn_login(
    memory: SessionMemory,
    one: NamedSession,
    answer: CookieAnswer,
    facts: SessionFacts,
    before: JsonObject | None,
) -> bool:
    """Note the login that a write shows, or that the one before was another user's: True, if so."""
    if is_visitors(answer, one.found):
        return False
    if before is None and is_login(answer):
        _note_beside(one, answer)
    is_begun = before is not None and puts_user_in(answer, before, one.content)
    if is_begun or gives_login(answer, facts, before, one.found.text):
        memory.note_login(one.name, seen_login(answer, facts.sub))
        return True
    if is_another_user(find_subject(before or {}), find_subject(one.content)):
        memory.forget_login(one.name)
        return True
    return False


def seen_login(answer: CookieAnswer, sub: str) -> SeenLogin:
    """Return the login that an answer has ended; `sub` is who has logged in."""
    return SeenLogin(answer.at, answer.cause, answer.arrival.request, sub)


def _note_beside(one: NamedSession, answer: CookieAnswer) -> None:
    """Note the cookies that a login which sets a session of its own leaves as they were."""
    for learned in answer.arrival.all_learned:
        is_left = learned.is_merged or learned.members.keys().isdisjoint(answer.changed)
        if learned.name != one.name and is_left:
            learned.is_beside_login = True


def leaves_visitors(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a login sets its own cookies beside those that a visitor had before it.

    It may set those again, as they were: an A/B test does so with each answer. What is named as a
    cookie that remembers, and comes alone, is of the session that was there.
    """
    if not is_login(answer) or not (learned.is_before_login or learned.knows_visitors):
        return False
    changed = answer.changed
    if not learned.members.keys().isdisjoint(changed):
        return merges_visitors(answer, learned, cookies)
    return any(one.name in changed and not REMEMBER.search(one.name) for one in cookies)


def merges_visitors(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a login makes a visitor's cookie anew beside its session's: a cart's.

    The session's is one that the visitor had not, that scripts may not read, and that browsers
    forget no later; no page has needed the visitor's.
    """
    if not is_login(answer) or not learned.is_before_login or learned.name in answer.arrival.used:
        return False
    anew = [one for one in cookies if one.name in learned.opaque and one.name in answer.changed]
    own = [
        one
        for one in cookies
        if one.name not in answer.arrival.jar
        and one.is_opaque
        and not REMEMBER.search(one.name)
        and answer.lines[one.name].http_only
    ]
    if not anew or not own:
        return False
    return min(map(_end_of, own)) <= min(map(_end_of, anew))


def _end_of(one: NewCookie) -> Seconds:
    """Return when browsers forget a cookie; one of the browser's session sooner than any other."""
    return one.ends or 0.0


def find_visitors(answer: CookieAnswer) -> list[LearnedSession]:
    """Return the learned sessions of a request that know a visitor, as a login has shown."""
    return [one for one in answer.arrival.all_learned if one.is_of_visitor]


def is_new_login(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether a login or a logout takes all cookies of a session away: another one begins.

    It gives them other values (koa's `koa.sess` and its signature beside it), or deletes them and
    sets others. Beside a cookie that lives on, a value that changes is a rotation; but for a login
    after pages that have set both: what lives on knows the visitor.
    """
    if not is_login(answer) and not is_logout(answer):
        return False
    changed = learned.changed_by(cookies)
    left = set(learned.members) - changed - set(answer.deleted)
    if not left:
        return True
    is_first = is_login(answer) and learned.is_before_login and bool(changed)
    return is_first and not any(REMEMBER.search(name) for name in left)


def is_another_session(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether cookies are of another session than the one that the request brought."""
    return stand_beside(answer, cookies) or is_new_login(answer, learned, cookies)


def stand_beside(answer: CookieAnswer, cookies: Sequence[NewCookie]) -> bool:
    """Check whether cookies have another path or domain than those that the request brought."""
    return any(one.name in answer.beside for one in cookies)


def find_restored(answer: CookieAnswer, found: Decoded) -> str:
    """Return the session that a remembering cookie brings back (`remember_token`); empty: none.

    GET /me    brings only what was set beside the session at its login, and gets the session anew
    """
    jar = answer.arrival.jar
    if is_login(answer) or are_one_value(jar, found.cookies, found.traits.chunks):
        return ""
    for one in answer.arrival.all_learned:
        has_brought = not one.opaque.keys().isdisjoint(jar)
        if one.ended is None and has_brought and not one.members.keys().isdisjoint(found.cookies):
            return one.name
    return ""


def report_starts(publish: Publish, answer: CookieAnswer, opened: OpenedJar) -> None:
    """Report logins that a transaction cookie began; two of one state are of one login.

    express-openid-connect sets `_auth_verification` beside, for browsers without SameSite=None.
    """
    begun: set[str] = set()
    for found in opened.others:
        state = found.payload.get("state")
        if found.cookies[0] in answer.lines and isinstance(state, str) and state not in begun:
            begun.add(state)
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

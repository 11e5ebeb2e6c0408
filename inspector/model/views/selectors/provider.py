"""What the provider still has of a session: its refresh token, and its own session.

Many apps keep neither in the session: better-auth and Auth.js have tables for tokens. Then the
login that made the session shows what the provider gave for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.events.base import COOKIES_BESIDE, TOKENS_BESIDE
from session_inspector.devserver.core.values import Seconds, Secret, Shown
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.families import FamilyToken
from session_inspector.inspector.model.facts.flows import Flow
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.register import is_visitor
from session_inspector.inspector.model.words.text import safe

REFRESH_TOKENS = ("refreshToken", "refresh_token")
DEEPEST = 6
LONGEST = 40
"""Characters of names of cookies."""
UNSEEN = "not seen from here"
NONE = "none in the session"
OF_LOGIN = "of its login: the session itself holds none"
NOBODY = "none: nobody is logged in"
EXCHANGED = "exchanged: the provider has given another one for it"


def refresh_token_fact(state: State, known: KnownSession, now: Seconds) -> Fact:
    """Return whether the very refresh token that a session holds would be taken.

    Where it holds none: the newest one of the login that made it.
    """
    digest = _held_digest(known)
    whose = "by the provider"
    if not digest:
        digest = _newest_digest(state, _login_of(state, known))
        whose = f"by the provider, {OF_LOGIN}"
    if not digest:
        return _describe_none(known)
    token = state.families.by_digest.get(digest)
    if token is None:
        return Fact(is_alive=None, origin="told", evidence=UNSEEN, why=UNSEEN)
    return _describe_token(token, f"#{token.digest[:6]}, {whose}", now)


def _describe_none(known: KnownSession) -> Fact:
    """Return that the session holds no token, as far as that can be read.

    The cookie of a visitor is no place for one.
    """
    if is_visitor(known):
        return Fact(is_alive=None, origin="rule", evidence=NOBODY, why=NOBODY)
    kinds = (known.facts.data.get(name) for name in (TOKENS_BESIDE, COOKIES_BESIDE))
    beside = next((found for found in kinds if isinstance(found, dict) and found), None)
    if beside is None:
        return Fact(is_alive=None, origin="inside", evidence="the session's tokens", why=NONE)
    names = safe(" or ".join(sorted(beside)), LONGEST)
    return Fact(
        is_alive=None, origin="seen", evidence="the cookies", why=f"not known: perhaps in {names}"
    )


def _describe_token(token: FamilyToken, evidence: str, now: Seconds) -> Fact:
    if token.fate == "current":
        return _describe_current(token, evidence, now)
    why = str(token.fate)
    if token.fate == "exchanged":
        why = EXCHANGED
    return Fact(is_alive=False, origin="told", evidence=evidence, why=why)


def provider_session_fact(state: State, known: KnownSession, now: Seconds) -> Fact:
    """Return whether the provider's session that a session came from lives."""
    evidence = "by the provider"
    sid = known.facts.sid
    login = _login_of(state, known)
    if not sid and login is not None:
        sid = login.sid
        evidence = f"by the provider, {OF_LOGIN}"
    found = state.provider_sessions.get(sid)
    if found is None:
        return Fact(is_alive=None, origin="told", evidence=UNSEEN, why=UNSEEN)
    if found.ended is not None:
        why = "its browser signed out there"
        return Fact(is_alive=False, origin="told", evidence=evidence, why=why)
    return Fact(
        is_alive=found.expires > now,
        origin="told",
        evidence=evidence,
        ends=found.expires,
    )


def _login_of(state: State, known: KnownSession) -> Flow | None:
    """Return the login that made a session; None: it was not seen."""
    return state.flows.by_login.get(state.flows.by_session.get(known.session, ""))


def _newest_digest(state: State, login: Flow | None) -> str:
    """Return the newest token of a login's family; empty: it got none."""
    if login is None or not login.refresh:
        return ""
    family = [state.families.by_digest[name] for name in state.families.walk_family(login.refresh)]
    family.sort(key=lambda token: token.minted)
    return next((token.digest for token in reversed(family)), "")


def _held_digest(known: KnownSession) -> str:
    return next(_held_tokens(known.facts.data, 0), "")


def _held_tokens(value: Shown, depth: int) -> Iterator[str]:
    """Yield the digests of refresh tokens, wherever an SDK keeps them in a session."""
    if depth > DEEPEST or not isinstance(value, dict):
        return
    for name, member in value.items():
        if isinstance(member, Secret) and name in REFRESH_TOKENS:
            yield member.digest
        else:
            yield from _held_tokens(member, depth + 1)


def _describe_current(token: FamilyToken, evidence: str, now: Seconds) -> Fact:
    return Fact(
        is_alive=token.expires is None or token.expires > now,
        origin="told",
        evidence=evidence,
        ends=token.expires,
    )

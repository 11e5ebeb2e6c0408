"""What the provider still has of a session: its refresh token, and its own session."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.values import Seconds, Secret, Shown
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.families import FamilyToken
from session_inspector.inspector.model.facts.state import KnownSession, State

REFRESH_TOKENS = ("refreshToken", "refresh_token")
DEEPEST = 6
UNSEEN = "not seen from here"
NONE = "none in the session"
EXCHANGED = "exchanged: the provider has given another one for it"


def refresh_token_fact(state: State, known: KnownSession, now: Seconds) -> Fact:
    """Return whether the very refresh token that a session holds would be taken."""
    digest = _held_digest(known)
    if not digest:
        return Fact(is_alive=None, origin="inside", evidence="the session's tokens", why=NONE)
    token = state.families.by_digest.get(digest)
    if token is None:
        return Fact(is_alive=None, origin="told", evidence=UNSEEN, why=UNSEEN)
    evidence = f"#{token.digest[:6]}, by the provider"
    if token.fate == "current":
        return _describe_current(token, evidence, now)
    why = str(token.fate)
    if token.fate == "exchanged":
        why = EXCHANGED
    return Fact(is_alive=False, origin="told", evidence=evidence, why=why)


def provider_session_fact(state: State, known: KnownSession, now: Seconds) -> Fact:
    """Return whether the provider's session that a session came from lives."""
    found = state.provider_sessions.get(known.facts.sid)
    if found is None:
        return Fact(is_alive=None, origin="told", evidence=UNSEEN, why=UNSEEN)
    if found.ended is not None:
        why = "its browser signed out there"
        return Fact(is_alive=False, origin="told", evidence="by the provider", why=why)
    return Fact(
        is_alive=found.expires > now,
        origin="told",
        evidence="by the provider",
        ends=found.expires,
    )


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

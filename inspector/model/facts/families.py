"""Rotation trees of refresh tokens: which came of which, who presented it, what killed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.login import TokenMinted, TokenRefused, TokenRevoked
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts import presenters
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.presenters import Presenters
from session_inspector.inspector.model.facts.recent import KEPT, Recent

Fate: TypeAlias = Literal["current", "exchanged", "reused", "revoked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """One refresh token."""

    digest: str
    sub: str
    sid: str
    minted: Seconds
    expires: Seconds | None
    cause: str
    """The request that got it."""
    parent: str = ""
    fate: Fate = "current"
    presented: tuple[tuple[Seconds, str, str], ...] = ()
    """(moment, cause, outcome) each time it was presented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """All refresh tokens, by digest."""

    by_digest: Recent[str, RefreshToken] = field(default_factory=Recent)
    roots: Log[str] = field(default_factory=lambda: Log(limit=KEPT))
    children: Recent[str, tuple[str, ...]] = field(default_factory=Recent)
    presenters: Presenters = field(default_factory=Presenters)


def noted(tokens: Tokens, event: Event) -> Tokens:
    """Return the tokens after an event."""
    match event:
        case ExchangeStarted() | ExchangeEnded():
            known = presenters.noted(tokens.presenters, event)
            return tokens if known is tokens.presenters else replace(tokens, presenters=known)
        case TokenMinted(token="refresh"):
            return _minted(tokens, event)
        case TokenRefused(token="refresh"):
            return _refused(tokens, event)
        case TokenRevoked(token="refresh"):
            return _changed(tokens, event.digest, fate="revoked")
        case _:
            return tokens


def _minted(tokens: Tokens, event: TokenMinted) -> Tokens:
    digest = event.value.digest
    token = RefreshToken(
        digest=digest,
        sub=event.sub,
        sid=event.sid,
        minted=event.at,
        expires=event.expires,
        cause=event.cause,
        parent=event.parent,
    )
    parent = tokens.by_digest.get(event.parent)
    if parent is None:
        tokens = replace(tokens, roots=tokens.roots.extended([digest]))
    else:
        made = (*tokens.children.get(event.parent, ()), digest)
        shown = (*parent.presented, (event.at, event.cause, f"exchanged for #{digest[:6]}"))
        old = replace(parent, fate="exchanged", presented=shown)
        tokens = replace(
            tokens,
            children=tokens.children.set(event.parent, made),
            by_digest=tokens.by_digest.set(event.parent, old),
        )
    return replace(tokens, by_digest=tokens.by_digest.set(digest, token))


def _refused(tokens: Tokens, event: TokenRefused) -> Tokens:
    token = tokens.by_digest.get(event.digest)
    if token is None:
        return tokens
    shown = (*token.presented, (event.at, event.cause, f"refused: {event.code}"))
    is_reuse = event.code == "refresh_reused"
    tokens = _changed(
        tokens, event.digest, presented=shown, fate="reused" if is_reuse else token.fate
    )
    if not is_reuse:
        return tokens
    for digest in family_of(tokens, event.digest):
        if digest != event.digest and tokens.by_digest[digest].fate == "current":
            tokens = _changed(tokens, digest, fate="revoked")
    return tokens


def _changed(tokens: Tokens, digest: str, **changes: object) -> Tokens:
    old = tokens.by_digest.get(digest)
    if old is None:
        return tokens
    new = replace(old, **changes)  # type: ignore[arg-type]  # names are RefreshToken's own fields
    return replace(tokens, by_digest=tokens.by_digest.set(digest, new))


def root_of(tokens: Tokens, digest: str) -> str:
    """Return the token that a family began with."""
    while (token := tokens.by_digest.get(digest)) and token.parent in tokens.by_digest:
        digest = token.parent
    return digest


def family_of(tokens: Tokens, digest: str) -> Iterator[str]:
    """Yield all tokens of a family, parents before children."""
    for found, _ in tree_of(tokens, root_of(tokens, digest)):
        yield found


def tree_of(tokens: Tokens, root: str) -> Iterator[tuple[str, int]]:
    """Yield (digest, depth) of a family; a chain is flat, only a second child goes deeper."""
    open_: list[tuple[str, int]] = [(root, 0)]
    while open_:
        digest, depth = open_.pop()
        if digest in tokens.by_digest:
            yield digest, depth
        made = tokens.children.get(digest, ())
        open_ += [(child, depth + (number > 0)) for number, child in enumerate(made)][::-1]

"""Rotation trees of refresh tokens: which came of which, who presented it, what ended them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.presenters import Presenters
from session_inspector.inspector.model.facts.recent import KEPT, Recent

KEPT_ACCESS = 10_000
Fate: TypeAlias = Literal["current", "exchanged", "reused", "revoked"]


@dataclass(frozen=True, slots=True)
class Presentation:
    """One time that a token was presented."""

    at: Seconds
    cause: str
    """The exchange at the provider."""
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyToken:
    """One refresh token of a family."""

    digest: str
    sub: str
    sid: str
    minted: Seconds
    expires: Seconds | None
    cause: str
    """The request that got it."""
    parent: str = ""
    fate: Fate = "current"
    presented: tuple[Presentation, ...] = ()
    client_id: str = ""
    organization: str = ""
    jkt: str = ""
    """The key that it is bound to (DPoP)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAccess:
    """One access token: shown when more is known of it than that it was issued."""

    digest: str
    sub: str
    client_id: str
    grant: str
    minted: Seconds
    expires: Seconds | None
    jkt: str = ""
    organization: str = ""
    acr: str = ""
    checks: tuple[Presentation, ...] = ()
    """Introspections and its revocation."""
    is_revoked: bool = False

    @property
    def is_notable(self) -> bool:
        """False for a bearer token of a code or refresh that nobody asked about."""
        is_plain = self.grant in ("", "authorization_code", "refresh_token")
        return bool(self.checks or self.jkt or self.acr or self.organization) or not is_plain


@dataclass(frozen=True, kw_only=True)
class TokenFamilies:
    """All refresh tokens, by digest."""

    by_digest: Recent[str, FamilyToken] = field(default_factory=Recent)
    roots: Log[str] = field(default_factory=lambda: Log(limit=KEPT))
    children: Recent[str, tuple[str, ...]] = field(default_factory=Recent)
    presenters: Presenters = field(default_factory=Presenters)
    access: Recent[str, KnownAccess] = field(default_factory=lambda: Recent(limit=KEPT_ACCESS))
    notable: Log[str] = field(default_factory=lambda: Log(limit=KEPT_ACCESS))
    """Digests of access tokens that are shown, in the order in which they became notable."""

    def find_root(self, digest: str) -> str:
        """Return the token that a family began with."""
        while (token := self.by_digest.get(digest)) and token.parent in self.by_digest:
            digest = token.parent
        return digest

    def walk_family(self, digest: str) -> Iterator[str]:
        """Yield all tokens of a token's family, parents before children."""
        for found, _ in self.walk_tree(self.find_root(digest)):
            yield found

    def walk_tree(self, root: str) -> Iterator[tuple[str, int]]:
        """Yield (digest, depth) below a root; a chain is flat, only a second child goes deeper."""
        stack: list[tuple[str, int]] = [(root, 0)]
        while stack:
            digest, depth = stack.pop()
            if digest in self.by_digest:
                yield digest, depth
            children = self.children.get(digest, ())
            for number in reversed(range(len(children))):
                stack.append((children[number], depth + (number > 0)))

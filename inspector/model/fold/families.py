"""Folds token events into `TokenFamilies`: minted, exchanged, refused, revoked."""

from __future__ import annotations

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.login import (
    TokenIntrospected,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.families import (
    FamilyToken,
    Fate,
    KnownAccess,
    Presentation,
    TokenFamilies,
)
from session_inspector.inspector.model.fold.presenters import fold_presenters

MOST_CHECKS = 20
"""Of one access token: an API asks at each request."""


def fold_families(families: TokenFamilies, event: Event) -> TokenFamilies:
    """Return the families after an event."""
    match event:
        case ExchangeStarted() | ExchangeEnded():
            presenters = fold_presenters(families.presenters, event)
            if presenters is families.presenters:
                return families
            return replace(families, presenters=presenters)
        case TokenMinted(token="refresh"):
            return _add_token(families, event)
        case TokenMinted(token="access"):
            return _add_access_token(families, event)
        case TokenIntrospected():
            return _note_introspection(families, event)
        case TokenRevoked(token="access"):
            return _note_access_revoked(families, event)
        case TokenRefused(token="refresh"):
            return _note_refusal(families, event)
        case TokenRevoked(token="refresh"):
            return _set_fate(families, event.digest, "revoked")
        case _:
            return families


def _add_token(families: TokenFamilies, event: TokenMinted) -> TokenFamilies:
    digest = event.value.digest
    token = FamilyToken(
        digest=digest,
        sub=event.sub,
        sid=event.sid,
        minted=event.at,
        expires=event.expires,
        cause=event.cause,
        parent=event.parent,
        client_id=event.client_id,
        organization=event.organization,
        jkt=event.jkt,
    )
    parent = families.by_digest.get(event.parent)
    if parent is None:
        families = replace(families, roots=families.roots.with_items([digest]))
    else:
        families = _exchange_parent(families, parent, event)
    return _put(families, token)


def _add_access_token(families: TokenFamilies, event: TokenMinted) -> TokenFamilies:
    return _put_access(
        families,
        KnownAccess(
            digest=event.value.digest,
            sub=event.sub,
            client_id=event.client_id,
            grant=event.grant,
            minted=event.at,
            expires=event.expires,
            jkt=event.jkt,
            organization=event.organization,
            acr=event.acr,
        ),
    )


def _note_introspection(families: TokenFamilies, event: TokenIntrospected) -> TokenFamilies:
    token = families.access.get(event.digest)
    if token is None:
        return families
    outcome = "not active"
    if event.is_active:
        outcome = "active"
    check = Presentation(event.at, event.cause, f"{outcome}: {event.client_id} asked")
    return _put_access(families, replace(token, checks=(*token.checks, check)[-MOST_CHECKS:]))


def _note_access_revoked(families: TokenFamilies, event: TokenRevoked) -> TokenFamilies:
    token = families.access.get(event.digest)
    if token is None:
        return families
    check = Presentation(event.at, event.cause, "revoked")
    checks = (*token.checks, check)[-MOST_CHECKS:]
    return _put_access(families, replace(token, checks=checks, is_revoked=True))


def _put_access(families: TokenFamilies, token: KnownAccess) -> TokenFamilies:
    before = families.access.get(token.digest)
    was_notable = before is not None and before.is_notable
    families = replace(families, access=families.access.set(token.digest, token))
    if was_notable or not token.is_notable:
        return families
    return replace(families, notable=families.notable.with_items([token.digest]))


def _exchange_parent(
    families: TokenFamilies, parent: FamilyToken, event: TokenMinted
) -> TokenFamilies:
    digest = event.value.digest
    children = (*families.children.get(event.parent, ()), digest)
    presentation = Presentation(event.at, event.cause, f"exchanged for #{digest[:6]}")
    exchanged = replace(parent, fate="exchanged", presented=(*parent.presented, presentation))
    families = replace(families, children=families.children.set(event.parent, children))
    return _put(families, exchanged)


def _note_refusal(families: TokenFamilies, event: TokenRefused) -> TokenFamilies:
    token = families.by_digest.get(event.digest)
    if token is None:
        return families
    presentation = Presentation(event.at, event.cause, f"refused: {event.code}")
    refused = replace(token, presented=(*token.presented, presentation))
    if event.code != "refresh_reused":
        return _put(families, refused)
    families = _put(families, replace(refused, fate="reused"))
    return _revoke_family(families, event.digest)


def _revoke_family(families: TokenFamilies, reused: str) -> TokenFamilies:
    """Revoke what is current in the family of a token that was presented again."""
    for digest in families.walk_family(reused):
        if digest != reused and families.by_digest[digest].fate == "current":
            families = _set_fate(families, digest, "revoked")
    return families


def _set_fate(families: TokenFamilies, digest: str, fate: Fate) -> TokenFamilies:
    token = families.by_digest.get(digest)
    if token is None:
        return families
    return _put(families, replace(token, fate=fate))


def _put(families: TokenFamilies, token: FamilyToken) -> TokenFamilies:
    return replace(families, by_digest=families.by_digest.set(token.digest, token))

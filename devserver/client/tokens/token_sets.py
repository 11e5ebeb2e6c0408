"""Choose the stored access token that fits a query, and put a fresh one in its place. Pure.

Source: docs/sdk.md, Access tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from session_inspector.devserver.client.urls.authorization_parameters import (
    merge_scopes,
    split_scope,
)
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.session.policy import as_number, epoch, part

SHARED = ("idToken", "refreshToken")
"""Members of a token set that all access tokens of a session share."""
COMPARED = ("accessToken", "expiresAt", "refreshToken")
"""Members that make a token set another one."""
MEMBERS = ("accessToken", "expiresAt", "audience", "scope", "requestedScope", "token_type")
"""Members of an additional token, in the SDK's order."""
CLAIMS = (
    "sub",
    "name",
    "nickname",
    "given_name",
    "family_name",
    "picture",
    "email",
    "email_verified",
    "org_id",
    "act",
    "urn:auth0:my_org_current_user_permissions",
)
"""The SDK's DEFAULT_ID_TOKEN_CLAIMS: what a session keeps of an ID token without a hook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenQuery:
    """Which access token is needed."""

    audience: str = ""
    scope: str = ""
    """Merged with the configured one."""
    given_scope: str = ""
    """The caller's own; empty: the grant sends none."""


class Retrieved(NamedTuple):
    """An access token for an app, and where it is from."""

    token_set: JsonObject
    is_saved: bool
    """Whether the session was written for it."""
    is_fresh: bool = False
    """Whether the provider has just given it."""


def has_scopes(granted: Json, wanted: str) -> bool:
    """Return whether every wanted scope was granted; no scope is covered by none only."""
    if not isinstance(granted, str):
        return False
    if not granted or not wanted:
        return granted == wanted
    return set(split_scope(wanted)) <= set(split_scope(granted))


def select_token_set(session: JsonObject, query: TokenQuery, default: TokenQuery) -> JsonObject:
    """Return the stored token set that fits, empty when none does."""
    main = part(session, "tokenSet")
    if is_for_main_token(main, query, default):
        return main
    return find_additional(session, query)


def is_for_main_token(main: JsonObject, query: TokenQuery, default: TokenQuery) -> bool:
    """Return whether a query means the session's main access token."""
    own = main.get("audience") or default.audience
    is_own = not query.audience or query.audience == own
    granted = main.get("requestedScope") or default.scope
    return is_own and (not query.scope or has_scopes(granted, query.scope))


def find_additional(session: JsonObject, query: TokenQuery) -> JsonObject:
    """Return the narrowest token of that audience whose request covers the scope."""
    tokens = _read_additional(session)
    place = _find_place(tokens, query)
    if place is None:
        return {}
    return tokens[place]


def store_token_set(
    session: JsonObject, fresh: JsonObject, query: TokenQuery, default: TokenQuery
) -> JsonObject | None:
    """Return the session with a fresh token set in its place; None when nothing changed."""
    main = part(session, "tokenSet")
    if is_for_main_token(main, query, default):
        is_same = all(fresh.get(name) == main.get(name) for name in COMPARED)
        has_unknown_end = fresh.get("expiresAt", 0) is None  # NaN in the SDK, which equals nothing
        if is_same and not has_unknown_end:
            return None
        return {**session, "tokenSet": fresh}
    if not query.audience:
        return None
    tokens = _replace_or_append(_read_additional(session), fresh, query)
    if tokens is None:
        return None
    return {**session, "tokenSet": _share(main, fresh), "accessTokens": tokens}


def _share(main: JsonObject, fresh: JsonObject) -> JsonObject:
    """Return the main token with what a fresh one shares; what that has not is gone."""
    shared: JsonObject = {name: fresh[name] for name in SHARED if name in fresh}
    return {k: v for k, v in {**main, **shared}.items() if k not in SHARED or k in shared}


def add_shared(session: JsonObject, found: JsonObject) -> JsonObject:
    """Return an additional token with what all tokens of its session share."""
    main = part(session, "tokenSet")
    return {**found, **{name: main[name] for name in SHARED if name in main}}


def is_due(token_set: JsonObject, now: float, buffer: float) -> bool:
    """Return whether a token needs a refresh: absent, of unknown end, or about to end."""
    expires = expiry_of(token_set)
    return not token_set.get("accessToken") or expires is None or expires <= now + buffer


def expiry_of(token_set: JsonObject) -> float | None:
    """Return expiresAt in Unix seconds; numeric text counts, as in the SDK."""
    found = token_set.get("expiresAt")
    if isinstance(found, str):
        try:
            return as_number(float(found))
        except ValueError:
            return None
    return as_number(found)


def expiry_after(answer: JsonObject, now: Seconds) -> float | None:
    """Return when a token response's token expires, in Unix seconds, None when unknown.

    A lifetime with a fraction gives an end with one, as in the SDK.
    """
    lifetime = to_number(answer.get("expires_in"))
    if lifetime is None:
        return None
    end = epoch(now) + lifetime
    if end.is_integer():
        return int(end)
    return end


def drop_absent_but_end(members: Mapping[str, Json]) -> JsonObject:
    """Return the members that have a value, and expiresAt: null says that nobody knows it."""
    return {k: value for k, value in members.items() if value is not None or k == "expiresAt"}


def default_claims(claims: JsonObject) -> JsonObject:
    """Return the claims a session keeps, in their own order."""
    return {name: value for name, value in claims.items() if name in CLAIMS}


def _read_additional(session: JsonObject) -> list[JsonObject]:
    """Return the access tokens beside the main one."""
    found = session.get("accessTokens")
    if not isinstance(found, list):
        return []
    return [token for token in found if isinstance(token, dict)]


def _replace_or_append(
    tokens: list[JsonObject], fresh: JsonObject, query: TokenQuery
) -> list[Json] | None:
    """Return the tokens with a fresh one in its place; None for the token that was there."""
    own: JsonObject = {**fresh, "audience": query.audience}
    entry: JsonObject = {name: own[name] for name in MEMBERS if name in own}
    place = _find_place(tokens, query)
    if place is not None:
        if tokens[place].get("accessToken") == fresh.get("accessToken"):
            return None
        return [*tokens[:place], entry, *tokens[place + 1 :]]
    place = _find_same_grant(tokens, fresh, query)
    if place is None:
        return [*tokens, entry]
    asked = (tokens[place].get("requestedScope"), fresh.get("requestedScope"))
    entry["requestedScope"] = merge_scopes(*(str(scope or "") for scope in asked))
    return [*tokens[:place], entry, *tokens[place + 1 :]]


def _find_place(tokens: list[JsonObject], query: TokenQuery) -> int | None:
    """Return the place of the narrowest token of that audience whose request covers the scope."""
    fitting = [
        place
        for place, token in enumerate(tokens)
        if token.get("audience") == query.audience
        and has_scopes(_requested_scope(token), query.scope)
    ]
    return min(fitting, key=lambda place: len(_scopes_of(tokens[place])), default=None)


def _find_same_grant(tokens: list[JsonObject], fresh: JsonObject, query: TokenQuery) -> int | None:
    """Return the place of the first token of that audience with the same granted scopes."""
    granted = fresh.get("scope")
    for place, token in enumerate(tokens):
        own = token.get("scope")
        is_same = own == granted or bool(own and granted and _scopes_of(token) == _scopes_of(fresh))
        if token.get("audience") == query.audience and is_same:
            return place
    return None


def _requested_scope(token: JsonObject) -> Json:
    """Return what was asked for; an empty request is one, only without any the grant counts."""
    requested = token.get("requestedScope")
    if requested is None:
        return token.get("scope")
    return requested


def _scopes_of(token: JsonObject) -> set[str]:
    return set(split_scope(str(token.get("scope") or "")))

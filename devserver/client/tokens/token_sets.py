"""Choose the stored access token that fits a query, and put a fresh one in its place. Pure.

Source: docs/sdk.md, Access tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.session.policy import as_number, epoch, part

SHARED = ("idToken", "refreshToken")
"""Members of a token set that all access tokens of a session share."""
COMPARED = ("accessToken", "expiresAt", "refreshToken")
"""Members that make a token set another one."""
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


def merge_scopes(*scopes: str) -> str:
    """Return all scopes once, in the order they first appear."""
    return " ".join(dict.fromkeys(" ".join(scopes).split()))


def has_scopes(granted: Json, wanted: str) -> bool:
    """Return whether every wanted scope was granted; no scope is covered by none only."""
    if not isinstance(granted, str):
        return False
    if not granted or not wanted:
        return granted == wanted
    return set(wanted.split()) <= set(granted.split())


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
    fitting = [
        found
        for found in _read_additional(session)
        if found.get("audience") == query.audience
        and has_scopes(_requested_scope(found), query.scope)
    ]
    return min(fitting, key=_count_scopes, default={})


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
    shared: JsonObject = {name: fresh[name] for name in SHARED if name in fresh}
    own: JsonObject = {name: value for name, value in fresh.items() if name not in SHARED}
    own["audience"] = query.audience
    return {
        **session,
        "tokenSet": {**main, **shared},
        "accessTokens": _replace_or_append(_read_additional(session), own, query),
    }


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


def drop_absent(members: Mapping[str, Json]) -> JsonObject:
    """Return the members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


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
) -> list[Json]:
    """Return the tokens with a fresh one in the place of the first that it replaces."""
    kept: list[Json] = [*tokens]
    for index, token in enumerate(tokens):
        if token.get("audience") != query.audience:
            continue
        requested = _requested_scope(token)
        if has_scopes(requested, query.scope):
            kept[index] = {**token, **fresh, "requestedScope": requested}
            return kept
        if _scopes_of(token) == _scopes_of(fresh):
            merged = merge_scopes(requested, query.scope)
            kept[index] = {**fresh, "requestedScope": merged}
            return kept
    return [*kept, fresh]


def _requested_scope(token: JsonObject) -> str:
    return str(token.get("requestedScope") or token.get("scope") or "")


def _scopes_of(token: JsonObject) -> set[str]:
    return set(str(token.get("scope") or "").split())


def _count_scopes(token: JsonObject) -> int:
    return len(str(token.get("scope") or "").split())

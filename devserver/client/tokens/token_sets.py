"""Which stored access token fits a question, and how a fresh one is kept (spec §11). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.policy import as_number, part

TOKENS = ("idToken", "refreshToken")
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
"""DEFAULT_ID_TOKEN_CLAIMS: what a session keeps of an ID token unless a hook decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenQuery:
    """What access token is wanted."""

    audience: str = ""
    scope: str = ""
    """Merged with the configured one."""
    given_scope: str = ""
    """As the caller said it; empty: the grant sends none."""


def merge_scopes(*scopes: str) -> str:
    """Return all scopes once, in the order they first appear."""
    return " ".join(dict.fromkeys(" ".join(scopes).split()))


def has_scopes(granted: Json, asked: str) -> bool:
    """Say whether every asked scope was granted."""
    return isinstance(granted, str) and set(asked.split()) <= set(granted.split())


def select(session: JsonObject, asked: TokenQuery, default: TokenQuery) -> JsonObject:
    """Return the stored token set that fits, empty when none does."""
    main = part(session, "tokenSet")
    if is_main(main, asked, default):
        return main
    return find_extra(session, asked)


def is_main(main: JsonObject, asked: TokenQuery, default: TokenQuery) -> bool:
    """Say whether a question is about the session's main access token."""
    own = main.get("audience") or default.audience
    is_own = not asked.audience or asked.audience == own
    granted = main.get("requestedScope") or default.scope
    return is_own and (not asked.scope or has_scopes(granted, asked.scope))


def find_extra(session: JsonObject, asked: TokenQuery) -> JsonObject:
    """Return the narrowest token of that audience whose request covers the scope."""
    fitting = [
        found
        for found in _extras(session)
        if found.get("audience") == asked.audience
        and has_scopes(found.get("requestedScope") or found.get("scope") or "", asked.scope)
    ]
    return min(fitting, key=lambda found: len(str(found.get("scope") or "").split()), default={})


def keep(
    session: JsonObject, fresh: JsonObject, asked: TokenQuery, default: TokenQuery
) -> JsonObject | None:
    """Return the session with a fresh token set in its place; None when nothing changed."""
    main = part(session, "tokenSet")
    if is_main(main, asked, default):
        changed = any(
            fresh.get(n) != main.get(n) for n in ("accessToken", "expiresAt", "refreshToken")
        )
        return {**session, "tokenSet": fresh} if changed else None
    if not asked.audience:
        return None
    shared: JsonObject = {n: fresh[n] for n in TOKENS if n in fresh}
    extra = {n: v for n, v in fresh.items() if n not in TOKENS}
    return {
        **session,
        "tokenSet": {**main, **shared},
        "accessTokens": _upserted(_extras(session), {**extra, "audience": asked.audience}, asked),
    }


def is_due(token_set: JsonObject, now: float, buffer: float) -> bool:
    """Say whether a token should be refreshed: absent, of unknown end, or about to end."""
    expires = expiry_of(token_set)
    return not token_set.get("accessToken") or expires is None or expires <= now + buffer


def expiry_of(token_set: JsonObject) -> float | None:
    """Return expiresAt in Unix seconds; numeric text counts, as in the SDK."""
    found = token_set.get("expiresAt")
    if isinstance(found, str):
        try:
            return float(found)
        except ValueError:
            return None
    return as_number(found)


def default_claims(claims: JsonObject) -> JsonObject:
    """Return the claims a session keeps, in their own order."""
    return {name: value for name, value in claims.items() if name in CLAIMS}


def _extras(session: JsonObject) -> list[JsonObject]:
    found = session.get("accessTokens")
    return [extra for extra in found if isinstance(extra, dict)] if isinstance(found, list) else []


def _upserted(extras: list[JsonObject], fresh: JsonObject, asked: TokenQuery) -> list[Json]:
    kept: list[Json] = [*extras]
    for index, extra in enumerate(extras):
        if extra.get("audience") != asked.audience:
            continue
        requested = str(extra.get("requestedScope") or extra.get("scope") or "")
        if has_scopes(requested, asked.scope):
            kept[index] = {**extra, **fresh, "requestedScope": requested}
            return kept
        if set(str(extra.get("scope") or "").split()) == set(str(fresh.get("scope") or "").split()):
            kept[index] = {**fresh, "requestedScope": merge_scopes(requested, asked.scope)}
            return kept
    return [*kept, fresh]

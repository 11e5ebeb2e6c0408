"""Sessions of nextjs-auth0 v3, read and turned into v4's shape (docs/sdk.md, Sessions of v3)."""

from __future__ import annotations

from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.policy import part

LEGACY_COOKIE = "appSession"
TOKEN_NAMES = (
    ("idToken", "idToken"),
    ("accessToken", "accessToken"),
    ("scope", "accessTokenScope"),
    ("refreshToken", "refreshToken"),
    ("expiresAt", "accessTokenExpiresAt"),
)


def is_legacy(header: JsonObject) -> bool:
    """Return whether a protected header, or a record's `header`, is v3's: a truthy `iat`."""
    return bool(header.get("iat"))


def from_legacy(session: JsonObject, created_at: Json) -> JsonObject:
    """Return a v3 session in v4's shape; members v4 does not know are left behind.

    Raises: SealError (code TypeError, as the SDK fails) when it has no user.
    """
    user = session.get("user")
    if not isinstance(user, dict):
        raise SealError(
            "Cannot read properties of undefined (reading 'sid')", code="TypeError", payload=session
        )
    tokens = {new: session[old] for new, old in TOKEN_NAMES if old in session}
    internal: JsonObject = {}
    if "sid" in user:
        internal["sid"] = user["sid"]
    internal["createdAt"] = created_at
    return {"user": user, "tokenSet": tokens, "internal": internal}


def from_legacy_record(record: JsonObject) -> JsonObject:
    """Return a store's record in v4's shape; a v4 record as it is.

    Raises: SealError as from_legacy does.
    """
    header = record.get("header")
    if not isinstance(header, dict) or not is_legacy(header):
        return record
    return from_legacy(part(record, "data"), header.get("iat"))

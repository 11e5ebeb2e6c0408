"""Sessions of nextjs-auth0 v3, read and turned into v4's shape (docs/sdk.md, Sessions of v3)."""

from __future__ import annotations

from session_inspector.devserver.cookies.js_values import (
    UNDEFINED,
    JsValue,
    Undefined,
    get_member,
    is_truthy,
)
from session_inspector.devserver.core.values import Json, JsonObject

LEGACY_COOKIE = "appSession"
TOKEN_NAMES = (
    ("idToken", "idToken"),
    ("accessToken", "accessToken"),
    ("scope", "accessTokenScope"),
    ("refreshToken", "refreshToken"),
    ("expiresAt", "accessTokenExpiresAt"),
)
NO_NULLS = ("idToken", "accessToken")


def is_legacy(header: JsonObject) -> bool:
    """Return whether a protected header, or a record's `header`, is v3's: a truthy `iat`."""
    iat = header.get("iat")
    return iat is not None and is_truthy(iat)


def from_legacy(session: JsValue, created_at: Json) -> JsonObject:
    """Return a v3 session in v4's shape; members v4 does not know are left behind.

    A user that is no object is kept as it is. Raises: SealError (code TypeError, as the SDK fails)
    when there is no user.
    """
    user = get_member(session, "user")
    sid = get_member(user, "sid")
    return {
        **_present("user", user),
        "tokenSet": _read_tokens(session),
        "internal": {**_present("sid", sid), "createdAt": created_at},
    }


def _present(name: str, value: JsValue) -> JsonObject:
    """Return an object with one member, an empty one for a value that is not there."""
    if isinstance(value, Undefined):
        return {}
    return {name: value}


def _read_tokens(session: JsValue) -> JsonObject:
    """Return v3's tokens under their new names; a token that is null is none."""
    found: JsonObject = {}
    for new, old in TOKEN_NAMES:
        value = get_member(session, old)
        if isinstance(value, Undefined) or (value is None and old in NO_NULLS):
            continue
        found[new] = value
    return found


def from_legacy_record(record: JsonObject) -> JsonObject:
    """Return a store's record in v4's shape; a v4 record as it is.

    Raises: SealError as from_legacy does.
    """
    header = record.get("header")
    if not isinstance(header, dict) or not is_legacy(header):
        return record
    return from_legacy(record.get("data", UNDEFINED), header.get("iat"))

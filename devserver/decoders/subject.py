"""Whose session it is, as far as its content names somebody."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.keys import from_base64url, parse_object

USERS = ("user", "userinfo", "profile", "passport")
CLAIMS = (
    "sub",
    "email",
    "name",
    "preferred_username",
    "u",
    "e",
    "user_id",
    "_user_id",
    "_auth_user_id",
    "userId",
    "username",
    "user",
    "id",
)


def who_of(payload: JsonObject) -> str:
    """Return the user of a session, as far as it names one; empty when it does not."""
    for name in USERS:
        inside = payload.get(name)
        if isinstance(inside, dict) and (found := _claimed(inside)):
            return found
    found = _claimed(payload)
    if found:
        return found
    for member in payload.values():
        if isinstance(member, dict) and (inner := who_of(member)):
            return inner
    for name in ("id_token", "idToken"):
        token = payload.get(name)
        if isinstance(token, str) and (inner := _claimed(token_claims(token))):
            return inner
    return ""


def token_claims(token: str) -> JsonObject:
    """Return the claims of a JWT without verifying it; empty when the text is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    return parse_object(from_base64url(parts[1]) or b"") or {}


def _claimed(values: Mapping[str, Json]) -> str:
    words = [str(values[n]) for n in CLAIMS if n != "id" and isinstance(values.get(n), (str, int))]
    words = [word for word in dict.fromkeys(words) if word]
    return " · ".join(words[:2])

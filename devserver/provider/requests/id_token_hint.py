"""The user that `id_token_hint` names, at login and at logout (OpenID Connect Core §3.1.2.1)."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.tokens import Minter

FOREIGN = (
    "id_token_hint is no ID token of this provider, or of before its last start, when it had"
    " other keys"
)
OTHER_KIND = "id_token_hint is another kind of token: send the ID token"
OTHER_CLIENT = "id_token_hint belongs to another client"


@dataclass(frozen=True, slots=True)
class Hint:
    """What an ID token says of a login."""

    sub: str
    sid: str
    client_id: str


def read_hint(minter: Minter, token: str, client_id: str = "") -> Hint:
    """Return what an ID token of ours names; one that has expired is a good hint.

    Raises: OAuthError for another token, or another client's.
    """
    try:
        claims = minter.verify(token, may_be_expired=True)
    except OAuthError as error:
        raise OAuthError(FOREIGN) from error
    audience = claims.get("aud")
    if not isinstance(audience, str) or "events" in claims or "scope" in claims:
        raise OAuthError(OTHER_KIND)
    if client_id and audience != client_id:
        raise OAuthError(OTHER_CLIENT)
    return Hint(str(claims.get("sub", "")), str(claims.get("sid", "")), audience)

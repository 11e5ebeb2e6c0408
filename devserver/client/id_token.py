"""Reads the ID token of a token response, and checks it as far as the mode requires."""

from __future__ import annotations

from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from session_inspector.devserver.client.relying_party import RelyingParty
from session_inspector.devserver.cookies.jstext import parse_json
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import NO_JSON
from session_inspector.devserver.core.values import JsonObject


async def check_id_token(rp: RelyingParty, token: str) -> JsonObject:
    """Return the checked claims of an ID token that came from the token endpoint.

    The SDK trusts the connection and checks no signature (OpenID Connect Core §3.1.3.7 rule 6
    allows that for TLS); here the signature is checked too, except in compat mode.
    Raises: OAuthError.
    """
    if not token:
        raise OAuthError("the answer has no id_token", code="no_id_token")
    if not rp.config.compat:
        return await rp.issuer.verify(token, kind="ID token")
    claims = read_unverified_claims(token)
    rp.issuer.check_claims(claims, "ID token")
    return claims


def read_unverified_claims(token: str) -> JsonObject:
    """Return the claims of a JWS without checking its signature.

    Raises: OAuthError when it is no JWS with claims.
    """
    try:
        found = parse_json(extract_compact(token.encode()).payload)
    except (JoseError, *NO_JSON) as error:
        raise OAuthError("the token is no JWT", code="invalid_token") from error
    if not isinstance(found, dict):
        raise OAuthError("the token holds no claims", code="invalid_token")
    return found

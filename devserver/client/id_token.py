"""Reads the ID token of a token response, and checks it as far as the mode requires."""

from __future__ import annotations

from joserfc.errors import JoseError
from joserfc.jws import extract_compact
from joserfc.util import urlsafe_b64decode as decode_part

from session_inspector.devserver.client.relying_party import RelyingParty
from session_inspector.devserver.cookies.jstext import parse_json
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import NO_JSON
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import JsonObject


async def check_id_token(rp: RelyingParty, token: str) -> JsonObject:
    """Return the checked claims of an ID token that came from the token endpoint.

    The SDK trusts the connection and checks no signature (OpenID Connect Core §3.1.3.7 rule 6
    allows that for TLS); here the signature is checked too, except in compat mode.
    Raises: OAuthError.
    """
    if not token:
        raise OAuthError("the answer has no id_token", code="no_id_token")
    if rp.config.compat:
        token = "".join(token.split())  # the SDK decodes base64 with blanks
        check_header(token, await rp.issuer.metadata())
        claims = read_unverified_claims(token)
        rp.issuer.check_claims(claims, "ID token")
    else:
        claims = await rp.issuer.verify(token, kind="ID token")
    problem = find_problem(claims, rp.config.client_id)
    if problem:
        raise OAuthError(f"the ID token is refused: {problem}", code="invalid_token")
    return claims


def find_problem(claims: JsonObject, client_id: str) -> str:
    """Return what an ID token has beside a logout token's rules and must not; empty: nothing.

    OpenID Connect Core §2 and §3.1.3.7.
    """
    audience = claims.get("aud")
    auth_time = claims.get("auth_time", 0)
    if not isinstance(claims.get("sub"), str):
        return "its sub is no text"
    if not is_number(claims.get("exp")):
        return "it has no exp"
    if not is_number(auth_time) or auth_time < 0:
        return "its auth_time is no time"
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        return "it is for several clients, and azp does not name this one"
    return ""


def check_header(token: str, metadata: JsonObject) -> None:
    """Check a header whose signature nobody does: its algorithm is one that the provider announces.

    Raises: OAuthError.
    """
    try:
        header = parse_json(decode_part(token.partition(".")[0].encode()))
    except (JoseError, *NO_JSON) as error:
        raise OAuthError("the token is no JWT", code="invalid_token") from error
    announced = metadata.get("id_token_signing_alg_values_supported")
    if not isinstance(announced, list):
        announced = ["RS256"]
    if not isinstance(header, dict) or header.get("alg") not in announced or "crit" in header:
        raise OAuthError("the header of the ID token is refused", code="invalid_token")


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

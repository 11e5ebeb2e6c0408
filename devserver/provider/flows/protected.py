"""The access token of a request to a resource of ours: Bearer (RFC 6750) or DPoP (RFC 9449 §7)."""

from __future__ import annotations

from starlette.requests import Request

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.flows.dpop import ALGORITHMS
from session_inspector.devserver.provider.flows.flows import ProviderFlows
from session_inspector.devserver.provider.token_storage import TokenStorage


def check_access_token(
    storage: TokenStorage, flows: ProviderFlows, request: Request, authorization: str
) -> JsonObject:
    """Return the claims of the token in an Authorization header. Raises: OAuthError."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token:
        raise OAuthError("send the access token as Authorization: Bearer", status=401)
    claims = storage.read_access_token(token)
    _check_audience(claims, f"{storage.minter.issuer}userinfo")
    bound = _bound_key(claims)
    if scheme.lower() == "bearer" and not bound:
        return claims
    if scheme.lower() == "bearer":
        raise _refuse("the token is bound to a key: send it as Authorization: DPoP, with a proof")
    try:
        key = flows.prove(request, token)
    except OAuthError as error:
        raise OAuthError(error.message, code=error.code, status=401) from error
    if not key:
        raise OAuthError("the DPoP proof is missing", code="invalid_dpop_proof", status=401)
    if key != bound:
        raise _refuse("the token is not bound to the key of the DPoP proof")
    return claims


def make_challenge(authorization: str, error: OAuthError) -> str:
    """Return the value of WWW-Authenticate for a refusal (RFC 6750 §3, RFC 9449 §7.1)."""
    is_about_proof = error.code in ("use_dpop_nonce", "invalid_dpop_proof")
    if authorization.lower().startswith("dpop ") or is_about_proof:
        return f'DPoP error="{error.code}", algs="{" ".join(ALGORITHMS)}"'
    return f'Bearer error="{error.code}"'


def _check_audience(claims: JsonObject, wanted: str) -> None:
    audience = claims.get("aud")
    if audience == wanted or (isinstance(audience, list) and wanted in audience):
        return
    raise _refuse("the token is not for userinfo (aud)")


def _bound_key(claims: JsonObject) -> str:
    confirmation = claims.get("cnf")
    if not isinstance(confirmation, dict):
        return ""
    return str(confirmation.get("jkt") or "")


def _refuse(reason: str) -> OAuthError:
    return OAuthError(reason, code="invalid_token", status=401)

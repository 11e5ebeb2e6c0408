"""How an access token comes to the userinfo endpoint: in a header or a form (RFC 6750 §2)."""

from __future__ import annotations

from starlette.requests import Request

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.requests.form_body import read_pairs

FIELD = "access_token"


async def read_authorization(request: Request) -> str:
    """Return the Authorization header, or one made of the token in the form of a POST.

    Raises: OAuthError (invalid_request) for two tokens (§2), and for one in the URL (§2.3 calls
    that a last resort: URLs are logged).
    """
    header = request.headers.get("authorization", "")
    if FIELD in request.query_params:
        raise OAuthError("the access token is in the URL: send it as Authorization: Bearer")
    if request.method != "POST":
        return header
    tokens = [value for name, value in await read_pairs(request) if name == FIELD]
    if not tokens:
        return header
    if header or len(tokens) > 1:
        raise OAuthError("the access token was sent twice: send it once")
    return f"Bearer {tokens[0]}"

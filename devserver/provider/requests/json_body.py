"""The fields of a JSON body, where an Auth0 tenant reads one beside the form of RFC 6749.

`/oauth/token` and `/oauth/revoke` do: auth0-spa-js (`useFormData: false`) and nuxt-auth-utils send
JSON there. Other providers refuse it.
"""

from __future__ import annotations

from starlette.requests import Request

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import read_strict_json
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.requests.error_text import quote_value

CONTENT_TYPE = "application/json"


def is_json(request: Request) -> bool:
    """Check whether a request says that its body is JSON."""
    content_type = request.headers.get("content-type", "").partition(";")[0]
    return content_type.strip().lower() == CONTENT_TYPE


async def read_json_object(request: Request) -> JsonObject:
    """Return the members of a JSON body. Raises: OAuthError (invalid_request)."""
    try:
        found = read_strict_json((await request.body()).decode())
    except ValueError as error:
        raise OAuthError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise OAuthError("the body is no JSON object")
    return found


async def read_json_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the members as fields; null is as if it was left out.

    Raises: OAuthError (invalid_request) for a member that is no text.
    """
    pairs = []
    for name, value in (await read_json_object(request)).items():
        if value is None:
            continue
        if not isinstance(value, str):
            raise OAuthError(f"{quote_value(name)} is no text: send it in quotes")
        pairs.append((name, value))
    return pairs

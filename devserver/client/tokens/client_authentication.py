"""How the client proves itself at the token and revocation endpoints (OpenID Connect Core §9).

The secret goes into the form where the provider says that it takes it there, else into the
Authorization header: a discovery document that names no methods means `client_secret_basic`
(OpenID Connect Discovery §3).
"""

from __future__ import annotations

import base64
from typing import Literal, TypeAlias
from urllib.parse import quote_plus

from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.core.values import JsonObject

Method: TypeAlias = Literal["none", "client_secret_post", "client_secret_basic"]
METHODS = "token_endpoint_auth_methods_supported"


def choose_method(config: Configuration, metadata: JsonObject) -> Method:
    """Return how this client sends its secret to this provider.

    The SDK always posts it, and so does compat mode.
    """
    if not config.client_secret or config.assertion_key:
        return "none"
    named = metadata.get(METHODS)
    if config.compat or (isinstance(named, list) and "client_secret_post" in named):
        return "client_secret_post"
    return "client_secret_basic"


def basic_header(client_id: str, client_secret: str) -> str:
    """Return an Authorization header (RFC 6749 §2.3.1).

    Both are form-encoded before they are joined: a colon in the id would end it.
    """
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"

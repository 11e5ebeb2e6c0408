"""The discovery document: what works with the clients and users there are, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.flows.flow_metadata import (
    FLOW_CLAIMS,
    list_flow_grants,
    make_flow_metadata,
)
from session_inspector.devserver.provider.grants import CHALLENGE_METHODS
from session_inspector.devserver.provider.keys import ALGORITHM
from session_inspector.devserver.provider.registrations import ClientRegistration, User
from session_inspector.devserver.provider.requests.request_rules import PROMPTS, RESPONSE_TYPES
from session_inspector.devserver.provider.response_mode import MODES

CLAIMS = ("sub", "iss", "aud", "exp", "iat", "sid", "nonce", "auth_time")
"""Of every ID token."""


def make_metadata(
    issuer: str, clients: Sequence[ClientRegistration], users: Sequence[User]
) -> JsonObject:
    """Return the metadata of an issuer that ends with a slash (OpenID Connect Discovery §3)."""
    response_types = _list_response_types(clients)
    methods = _list_authentication(clients)
    return {
        **make_flow_metadata(issuer, methods),
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}authorize",
        "token_endpoint": f"{issuer}oauth/token",
        "userinfo_endpoint": f"{issuer}userinfo",
        "jwks_uri": f"{issuer}.well-known/jwks.json",
        "revocation_endpoint": f"{issuer}oauth/revoke",
        "end_session_endpoint": f"{issuer}oidc/logout",
        "response_types_supported": response_types,
        "response_modes_supported": list(MODES),
        "grant_types_supported": [*_list_grants(response_types), *list_flow_grants(clients)],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": list(CHALLENGE_METHODS),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": _list_claims(users),
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,  # a document that leaves it out says true
        "prompt_values_supported": list(PROMPTS),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "authorization_response_iss_parameter_supported": False,
    }


def _list_response_types(clients: Sequence[ClientRegistration]) -> list[Json]:
    return [name for name in RESPONSE_TYPES if any(c.check_response_type(name) for c in clients)]


def _list_grants(response_types: Sequence[Json]) -> list[Json]:
    if "id_token" in response_types:
        return ["authorization_code", "implicit", "refresh_token"]
    return ["authorization_code", "refresh_token"]


def _list_authentication(clients: Sequence[ClientRegistration]) -> list[Json]:
    """Return how the clients there are may prove who they are."""
    found: list[Json] = []
    if any(client.client_secret for client in clients):
        found += ["client_secret_basic", "client_secret_post"]
    if not all(client.client_secret for client in clients):
        found.append("none")
    return found


def _list_claims(users: Sequence[User]) -> list[Json]:
    of_users = {name for user in users for name in user.claims}
    return [*CLAIMS, *sorted(of_users - set(CLAIMS)), *sorted(FLOW_CLAIMS - of_users)]

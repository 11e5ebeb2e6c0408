"""What the flows add to the discovery document, with the clients there are."""

from __future__ import annotations

from collections.abc import Sequence

from authlib.oauth2.rfc8628 import DeviceCodeGrant

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.flows.dpop import ALGORITHMS
from session_inspector.devserver.provider.flows.second_factors import LEVELS
from session_inspector.devserver.provider.flows.step_up import GRANTS
from session_inspector.devserver.provider.registrations import ClientRegistration

FLOW_CLAIMS = frozenset({"acr", "amr", "org_id", "org_name"})


def make_flow_metadata(issuer: str, methods: Sequence[Json]) -> JsonObject:
    """Return endpoints and values; `methods`: how the clients there are authenticate."""
    found: JsonObject = {
        "pushed_authorization_request_endpoint": f"{issuer}oauth/par",
        "require_pushed_authorization_requests": False,
        "device_authorization_endpoint": f"{issuer}oauth/device/code",
        "mfa_challenge_endpoint": f"{issuer}mfa/challenge",
        "dpop_signing_alg_values_supported": [*ALGORITHMS],
        "acr_values_supported": [*LEVELS],
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }
    with_secret: list[Json] = [method for method in methods if method != "none"]
    if with_secret:
        found["introspection_endpoint"] = f"{issuer}oauth/introspect"
        found["introspection_endpoint_auth_methods_supported"] = with_secret
    return found


def list_flow_grants(clients: Sequence[ClientRegistration]) -> list[Json]:
    """Return the grants of the flows; the one of a client itself needs one with a secret."""
    found: list[Json] = [DeviceCodeGrant.GRANT_TYPE, *GRANTS]
    if any(client.client_secret for client in clients):
        found.append("client_credentials")
    return found

"""What the discovery document names is there, and nothing of it is missing."""

from __future__ import annotations

from urllib.parse import urlsplit

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.metadata import make_metadata
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import ISSUER, Scene


async def discovery(scene: Scene) -> JsonObject:
    found: JsonObject = (await scene.http.get("/.well-known/openid-configuration")).json()
    return found


async def test_each_endpoint_of_the_discovery_document_answers() -> None:
    scene = Scene()
    found = await discovery(scene)
    names = [name for name in found if name.endswith("_endpoint")]
    assert {
        "pushed_authorization_request_endpoint",
        "device_authorization_endpoint",
        "introspection_endpoint",
    } <= set(names)
    for name in names:
        answer = await scene.http.post(urlsplit(str(found[name])).path, data={"x": "y"})
        assert answer.status_code not in (404, 405, 500), name


async def test_each_grant_of_the_discovery_document_is_known() -> None:
    scene = Scene()
    grants = (await discovery(scene))["grant_types_supported"]
    assert isinstance(grants, list)
    assert "client_credentials" in grants
    for grant in grants:
        fields = {"grant_type": str(grant), "client_id": "app", "client_secret": "secret"}
        answer = await scene.http.post("/oauth/token", data=fields)
        is_unknown = answer.status_code != 200 and (
            answer.json()["error"] == "unsupported_grant_type"
        )
        assert is_unknown == (grant == "implicit"), grant


def test_without_a_secret_nobody_may_introspect_or_be_a_client_itself() -> None:
    public = ClientRegistration(client_id="spa")
    found = make_metadata(ISSUER, [public], [])
    assert "introspection_endpoint" not in found
    assert "client_credentials" not in str(found["grant_types_supported"])

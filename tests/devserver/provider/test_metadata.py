"""Discovery announces what works with the clients there are, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.metadata import make_metadata
from session_inspector.devserver.provider.registrations import ClientRegistration, User
from tests.devserver.provider.provider_scene import (
    ALICE,
    BACK,
    CLIENT,
    ISSUER,
    Scene,
    parameters,
)

PUBLIC = ClientRegistration(
    client_id="spa", redirect_uris=(BACK,), response_types=("code", "id_token")
)


async def discovered(scene: Scene) -> JsonObject:
    found: JsonObject = (await scene.http.get("/.well-known/openid-configuration")).json()
    return found


def named(found: JsonObject, member: str) -> list[str]:
    values = found[member]
    assert isinstance(values, list)
    return [str(value) for value in values]


def test_what_no_client_can_use_is_not_announced() -> None:
    found = make_metadata(ISSUER, [CLIENT], [])
    assert found["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic",
        "client_secret_post",
    ]
    assert found["response_types_supported"] == ["code"]
    assert named(found, "grant_types_supported")[:2] == ["authorization_code", "refresh_token"]


def test_what_one_client_can_use_is_announced() -> None:
    found = make_metadata(ISSUER, [CLIENT, PUBLIC], [])
    assert found["response_types_supported"] == ["code", "id_token"]
    grants = named(found, "grant_types_supported")
    assert grants[:3] == ["authorization_code", "implicit", "refresh_token"]
    for endpoint in ("token", "revocation"):
        methods = f"{endpoint}_endpoint_auth_methods_supported"
        assert found[methods] == ["client_secret_basic", "client_secret_post", "none"]
    methods = "token_endpoint_auth_methods_supported"
    assert make_metadata(ISSUER, [PUBLIC], [])[methods] == ["none"]


def test_claims_of_the_users_are_announced() -> None:
    users = [ALICE, User(sub="x", claims={"https://app/roles": []})]
    claims = named(make_metadata(ISSUER, [CLIENT], users), "claims_supported")
    assert {"sub", "nonce", "name", "email", "role", "https://app/roles"} <= set(claims)
    assert len(claims) == len(set(claims))


@pytest.mark.parametrize("parameter", ["request", "request_uri"])
async def test_request_objects_are_announced_as_what_they_are_not(parameter: str) -> None:
    scene = Scene()
    assert (await discovered(scene))[f"{parameter}_parameter_supported"] is False
    found = parameters(await scene.ask(**{parameter: "x"}))
    assert found["error"] == f"{parameter}_not_supported"


async def test_every_endpoint_is_there() -> None:
    scene = Scene()
    found = await discovered(scene)
    endpoints = [str(url) for name, url in found.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(endpoints) >= 6
    for url in endpoints:
        assert (await scene.http.options(url)).status_code != 404, url


async def test_every_prompt_and_response_mode_works() -> None:
    scene = Scene()
    found = await discovered(scene)
    await scene.sign_in()
    for prompt in named(found, "prompt_values_supported"):
        answer = await scene.ask(prompt=prompt)
        assert "error=" not in answer.headers.get("location", ""), prompt
    for mode in named(found, "response_modes_supported"):
        answer = await scene.ask(response_mode=mode)
        assert "code=" in answer.headers.get("location", "") or "code" in answer.text, mode


@pytest.mark.parametrize("method", ["S256", "plain", "S512", ""])
async def test_only_the_challenge_methods_that_are_announced_work(method: str) -> None:
    scene = Scene()
    announced = named(await discovered(scene), "code_challenge_methods_supported")
    answer = await scene.ask(code_challenge_method=method)
    assert answer.is_success == (method in announced)


SECRETS: Mapping[str, Mapping[str, str]] = {
    "client_secret_basic": {"authorization": "Basic YXBwOnNlY3JldA=="},
    "client_secret_post": {"client_id": "app", "client_secret": "secret"},
    "none": {"client_id": "app"},
}


@pytest.mark.parametrize("method", SECRETS)
async def test_only_the_client_authentication_that_is_announced_works(method: str) -> None:
    scene = Scene()
    announced = named(await discovered(scene), "revocation_endpoint_auth_methods_supported")
    fields = dict(SECRETS[method])
    headers = {"authorization": fields.pop("authorization", "")}
    answer = await scene.http.post("/oauth/revoke", data={"token": "x", **fields}, headers=headers)
    assert answer.is_success == (method in announced)

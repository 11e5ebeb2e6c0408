"""Which API an access token is for, and that no name of one is ignored."""

from __future__ import annotations

import pytest
from authlib.oauth2 import OAuth2Error

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.requests.audience import choose_audience, narrow_audience
from tests.devserver.provider.provider_scene import ISSUER, Scene, parameters, verified

API = "https://api.test/v1"
OTHER = "urn:other:api"


@pytest.mark.parametrize(
    ("lists", "granted", "found"),
    [
        ({}, "", ""),
        ({}, API, API),
        ({"resource": [OTHER]}, API, OTHER),
        ({"audience": ["any text"]}, API, "any text"),
        ({"audience": [API], "resource": [API]}, "", API),
        ({"audience": [""], "resource": [""]}, API, API),
    ],
)
def test_audience_and_resource_are_two_names_of_it(
    lists: dict[str, list[str]], granted: str, found: str
) -> None:
    assert choose_audience(lists, granted) == found


@pytest.mark.parametrize(
    "lists",
    [
        {"resource": ["api"]},
        {"resource": ["//host/path"]},
        {"resource": [f"{API}#part"]},
        {"resource": ["https:"]},
        {"resource": ["http://[/"]},
        {"resource": ['x"']},
        {"resource": [API, OTHER]},
        {"resource": [API], "audience": [OTHER]},
    ],
)
def test_a_resource_that_cannot_be_is_an_invalid_target(lists: dict[str, list[str]]) -> None:
    with pytest.raises(OAuth2Error) as caught:
        choose_audience(lists)
    assert caught.value.error == "invalid_target"


def test_a_code_is_for_the_api_of_its_login() -> None:
    assert narrow_audience({"resource": [API]}, "") == API
    assert narrow_audience({"resource": [API]}, API) == API
    with pytest.raises(OAuth2Error) as caught:
        narrow_audience({"resource": [OTHER]}, API)
    assert caught.value.error == "invalid_target"


async def audience_of(scene: Scene, tokens: JsonObject) -> Json:
    return (await verified(scene, tokens["access_token"]))["aud"]


async def test_a_resource_is_asked_for_at_login_exchange_and_refresh() -> None:
    scene = Scene()
    at_login = await scene.tokens(resource=API)
    assert await audience_of(scene, at_login) == [API, f"{ISSUER}userinfo"]
    code = parameters(await scene.ask())["code"]
    at_exchange = (await scene.exchange(code, resource=OTHER)).json()
    assert await audience_of(scene, at_exchange) == [OTHER, f"{ISSUER}userinfo"]
    answer = (await scene.refresh(at_login["refresh_token"], resource=OTHER)).json()
    assert await audience_of(scene, answer) == [OTHER, f"{ISSUER}userinfo"]


async def test_a_resource_that_cannot_be_is_refused_at_every_step() -> None:
    scene = Scene()
    tokens = await scene.tokens(resource=API)
    assert parameters(await scene.ask(resource="no-uri"))["error"] == "invalid_target"
    code = parameters(await scene.ask(resource=API))["code"]
    assert (await scene.exchange(code, resource=OTHER)).json()["error"] == "invalid_target"
    refused = await scene.refresh(tokens["refresh_token"], resource="no-uri")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")
    assert (await scene.refresh(tokens["refresh_token"])).status_code == 200

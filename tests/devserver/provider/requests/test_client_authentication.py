"""The token endpoint says what is wrong with the client of a request."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from authlib.oauth2 import OAuth2Error

from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.client_authentication import authenticate
from tests.devserver.provider.provider_scene import Scene

SECRET = "s3 cret+%/:é"
CLIENTS = {
    "app": ClientRegistration(client_id="app", client_secret=SECRET),
    "spa": ClientRegistration(client_id="spa"),
}


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "form", "client_id", "method"),
    [
        ({}, {"client_id": "app", "client_secret": SECRET}, "app", "client_secret_post"),
        (basic("app", SECRET), {}, "app", "client_secret_basic"),
        (basic("app", quote(SECRET, safe="")), {}, "app", "client_secret_basic"),
        (basic("app", SECRET), {"client_id": "app"}, "app", "client_secret_basic"),
        ({}, {"client_id": "spa"}, "spa", "none"),
        ({}, {"client_id": "spa", "client_secret": ""}, "spa", "none"),
        (basic("spa", ""), {}, "spa", "none"),
        ({"Authorization": "Bearer x"}, {"client_id": "spa"}, "spa", "none"),
    ],
)
def test_a_client_is_known_by_header_or_form(
    headers: dict[str, str], form: dict[str, str], client_id: str, method: str
) -> None:
    client, found = authenticate(headers, form, CLIENTS.get)
    assert (client.client_id, found) == (client_id, method)


@pytest.mark.parametrize(
    ("headers", "form", "error", "words"),
    [
        (
            {},
            {"client_id": "app", "client_secret": "x"},
            "invalid_client",
            "secret of client 'app' is wrong",
        ),
        (basic("app", "x"), {}, "invalid_client", "secret of client 'app' is wrong"),
        ({}, {"client_id": "app"}, "invalid_client", "'app' has a secret, and none was sent"),
        (basic("app", ""), {}, "invalid_client", "'app' has a secret, and none was sent"),
        ({}, {"client_id": "spa", "client_secret": "x"}, "invalid_client", "'spa' has no secret"),
        (basic("spa", "x"), {}, "invalid_client", "'spa' has no secret"),
        ({}, {"client_id": 'b"b'}, "invalid_client", "no client 'b?b' is registered"),
        ({}, {}, "invalid_client", "no client is named"),
        ({"Authorization": "Basic !"}, {}, "invalid_client", "Basic header"),
        ({"Authorization": "Basic /w=="}, {}, "invalid_client", "Basic header"),
        (basic("app", SECRET), {"client_id": "spa"}, "invalid_request", "not the client of"),
        ({}, {"client_id": "app", "client_assertion": "x"}, "invalid_client", "assertion"),
    ],
)
def test_a_refusal_names_what_is_wrong(
    headers: dict[str, str], form: dict[str, str], error: str, words: str
) -> None:
    with pytest.raises(OAuth2Error) as caught:
        authenticate(headers, form, CLIENTS.get)
    assert caught.value.error == error
    assert words in caught.value.description


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
async def test_every_endpoint_of_clients_says_that_a_secret_is_wrong(path: str) -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}
    answer = await Scene().http.post(path, data=fields, auth=("app", "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "wrong" in answer.json()["error_description"]
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("hostile", ['"', "\\", "é", "\x1b[0m", "x" * 5000])
@pytest.mark.parametrize("name", ["grant_type", "client_id", "token_type_hint"])
async def test_what_cannot_stand_in_an_error_is_no_500(name: str, hostile: str) -> None:
    fields = {"grant_type": "authorization_code", "client_id": "app", "client_secret": "secret"}
    for path in ("/oauth/token", "/oauth/revoke"):
        answer = await Scene().http.post(path, data={**fields, name: hostile})
        assert answer.status_code in (400, 401)
        assert answer.json()["error"]

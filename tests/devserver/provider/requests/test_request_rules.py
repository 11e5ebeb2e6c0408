"""What an authorization request may not ask for goes back to the app under its own name."""

from __future__ import annotations

import pytest

from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import BACK, CHALLENGE, Scene, parameters


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"request": "x.y.z"}, "request_not_supported", "request is not supported"),
        ({"request_uri": "https://a.test/r"}, "request_uri_not_supported", "request_uri"),
        ({"registration": "{}"}, "registration_not_supported", "registration"),
        ({"prompt": "create"}, "invalid_request", "prompt 'create'"),
        ({"prompt": "none login"}, "invalid_request", "prompt"),
        ({"max_age": "soon"}, "invalid_request", "max_age 'soon'"),
        ({"max_age": '-1"'}, "invalid_request", "max_age '-1?'"),
        ({"resource": "api"}, "invalid_target", "resource 'api'"),
        ({"response_type": ""}, "invalid_request", "response_type is missing"),
        ({"response_type": "code token"}, "unsupported_response_type", "'code token'"),
        ({"response_type": 'é"'}, "unsupported_response_type", "'??'"),
    ],
)
@pytest.mark.parametrize("signed_in", [False, True])
async def test_it_goes_back_with_its_name(
    changes: dict[str, str], error: str, words: str, *, signed_in: bool
) -> None:
    scene = Scene()
    if signed_in:
        await scene.sign_in()
    found = parameters(await scene.ask(**changes))
    assert (found["error"], found["state"]) == (error, "st")
    assert words in found.get("error_description", "")


@pytest.mark.parametrize("name", ["scope", "state", "response_type", "code_challenge"])
async def test_what_stands_twice_is_refused(name: str) -> None:
    fields = [
        ("response_type", "code"),
        ("client_id", "app"),
        ("redirect_uri", BACK),
        ("scope", "openid"),
        ("state", "st"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    again = [(field, value) for field, value in fields if field == name]
    answer = await Scene().http.get("/authorize", params=[*fields, *again])
    assert parameters(answer)["error"] == "invalid_request"


async def test_select_account_asks_who_it_is() -> None:
    scene = Scene()
    await scene.sign_in()
    assert "Who are you today?" in (await scene.ask(prompt="select_account")).text


async def test_a_public_client_without_a_challenge_is_refused_at_once() -> None:
    scene = Scene(clients=[ClientRegistration(client_id="app", redirect_uris=(BACK,))])
    found = parameters(await scene.ask(code_challenge="", code_challenge_method=""))
    assert (found["error"], "PKCE" in found["error_description"]) == ("invalid_request", True)

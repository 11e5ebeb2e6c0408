"""JSON at the endpoints where Auth0 reads it: what real packages send there, and what is refused.

The bodies are those of nuxt-auth-utils 0.5.30 (its Auth0 handler) and auth0-spa-js 2.28.3
(`useFormData: false`), member by member.
"""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import BACK, CLIENT, VERIFIER, Scene

PUBLIC = ClientRegistration(client_id="spa", redirect_uris=(BACK,), client_secret="")


async def post(scene: Scene, path: str, body: object, kind: str = "") -> httpx.Response:
    headers = {"content-type": kind} if kind else {}
    return await scene.http.post(path, json=body, headers=headers)


def code_of_nuxt(code: str) -> JsonObject:
    return {
        "grant_type": "authorization_code",
        "client_id": "app",
        "client_secret": "secret",
        "redirect_uri": BACK,
        "code": code,
        "code_verifier": VERIFIER,  # the scene's login has a challenge; nuxt-auth-utils sends none
    }


@pytest.mark.parametrize("kind", ["", "application/json;charset=UTF-8", "Application/JSON"])
async def test_the_auth0_handler_of_nuxt_auth_utils_gets_its_tokens(kind: str) -> None:
    scene = Scene()
    answer = await post(scene, "/oauth/token", code_of_nuxt(await scene.code()), kind)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")


async def test_auth0_spa_js_logs_in_refreshes_and_revokes_by_json() -> None:
    scene = Scene(clients=[CLIENT, PUBLIC])
    code = await scene.code(client_id="spa", scope="openid offline_access")
    asked = {
        "client_id": "spa",
        "code_verifier": VERIFIER,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
    }
    first = (await post(scene, "/oauth/token", asked)).json()
    renewal = {
        "client_id": "spa",
        "grant_type": "refresh_token",
        "refresh_token": first["refresh_token"],
        "redirect_uri": BACK,
    }
    second = (await post(scene, "/oauth/token", renewal)).json()
    end = {
        "client_id": "spa",
        "token_type_hint": "refresh_token",
        "token": second["refresh_token"],
    }
    assert (await post(scene, "/oauth/revoke", end)).status_code == 200
    again = await post(scene, "/oauth/token", {**renewal, "refresh_token": end["token"]})
    assert again.json()["error"] == "invalid_grant"


async def test_null_is_as_if_it_was_left_out() -> None:
    scene = Scene()
    body = {**code_of_nuxt(await scene.code()), "audience": None, "code_verifier": None}
    answer = await post(scene, "/oauth/token", body)
    assert "code_verifier" in answer.json()["error_description"]


@pytest.mark.parametrize("value", [1, True, ["a"], {"a": "b"}])
async def test_a_member_that_is_no_text_is_named(value: object) -> None:
    answer = await post(Scene(), "/oauth/token", {"grant_type": "x", "sco\u202epe": value})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"] == "'sco?pe' is no text: send it in quotes"


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a"', b'{"code": NaN}', b"\xff", b"[" * 9000])
async def test_a_body_that_is_no_json_object_is_named(path: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await Scene().http.post(path, content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "JSON" in answer.json()["error_description"]
    assert answer.json()["error_description"].isascii()


async def test_a_form_that_calls_itself_json_is_refused() -> None:
    headers = {"content-type": "application/json"}
    answer = await Scene().http.post(
        "/oauth/token", content=b"grant_type=authorization_code", headers=headers
    )
    assert "the body is no JSON" in answer.json()["error_description"]

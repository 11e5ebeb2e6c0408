"""Pushed requests: kept for a minute and a half, for the client that pushed them."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.events.login import TokenRefused
from session_inspector.devserver.provider.flows.pushed_requests import LIFETIME, PREFIX
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.flows.proofs import Prover
from tests.devserver.provider.provider_scene import BACK, CLIENT, QUESTION, Scene, parameters

OTHER = ClientRegistration(client_id="other", client_secret="o", redirect_uris=(BACK,))


async def push(scene: Scene, **changes: str) -> httpx.Response:
    fields = {**QUESTION, "client_secret": "secret", **changes}
    given = {name: value for name, value in fields.items() if value}
    return await scene.http.post("/oauth/par", data=given)


async def come(scene: Scene, uri: str, client_id: str = "app") -> httpx.Response:
    question = {"client_id": client_id, "request_uri": uri}
    return await scene.http.get("/authorize", params=question)


async def test_the_browser_needs_only_the_name_and_may_reload() -> None:
    scene = Scene()
    answer = await push(scene, nonce="")
    assert (answer.status_code, answer.json()["expires_in"]) == (201, LIFETIME)
    uri = str(answer.json()["request_uri"])
    assert uri.startswith(PREFIX)
    assert answer.headers["cache-control"] == "no-store"
    await scene.sign_in(nonce="other")
    for _ in range(2):
        found = parameters(await come(scene, uri))
        assert (found["state"], bool(found["code"])) == ("st", True)


async def test_after_its_time_and_for_another_client_the_name_is_unknown() -> None:
    scene = Scene(clients=[CLIENT, OTHER])
    uri = str((await push(scene)).json()["request_uri"])
    for wrong, client_id in ((f"{PREFIX}x", "app"), (uri, "other")):
        answer = await come(scene, wrong, client_id)
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    scene.clock.advance(LIFETIME)
    assert "more than 90 seconds ago" in (await come(scene, uri)).text
    codes = [event.code for event in scene.events if isinstance(event, TokenRefused)]
    assert codes == ["invalid_request_uri"] * 3


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"request_uri": f"{PREFIX}x"}, "invalid_request"),
        ({"redirect_uri": "http://evil.test/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "smoke"}, "invalid_request"),
    ],
)
async def test_a_request_that_authorize_would_refuse_is_refused_at_once(
    changes: dict[str, str], error: str
) -> None:
    answer = await push(Scene(), **changes)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == error


async def test_a_client_that_must_push_cannot_come_without() -> None:
    strict = ClientRegistration(
        client_id="app",
        client_secret="secret",
        redirect_uris=(BACK,),
        requires_pushed_requests=True,
    )
    scene = Scene(clients=[strict])
    assert "must push its request first" in (await scene.ask()).text
    uri = str((await push(scene)).json()["request_uri"])
    assert "Who are you today?" in (await come(scene, uri)).text


async def test_a_proof_binds_the_code_to_its_key() -> None:
    scene = Scene()
    prover = Prover(scene)
    fields = {**QUESTION, "client_secret": "secret"}
    assert (await prover.post("oauth/par", fields)).json()["error"] == "use_dpop_nonce"
    wrong = await prover.post("oauth/par", {**fields, "dpop_jkt": "another"})
    assert wrong.json()["error"] == "invalid_dpop_proof"
    uri = str((await prover.post("oauth/par", fields)).json()["request_uri"])
    await scene.sign_in(nonce="other")
    code = parameters(await come(scene, uri))["code"]
    assert (await scene.exchange(code)).json()["error"] == "invalid_grant"

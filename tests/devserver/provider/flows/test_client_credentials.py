"""A client's own token: for an API, about the client, and only for who has a secret."""

from __future__ import annotations

from session_inspector.devserver.core.events.login import TokenMinted
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.flows.proofs import OWN
from tests.devserver.provider.provider_scene import CLIENT, ISSUER, Scene, verified


async def test_a_client_gets_an_access_token_and_nothing_else() -> None:
    scene = Scene()
    answer = await scene.http.post("/oauth/token", data={**OWN, "scope": "read offline_access"})
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope"}
    claims = await verified(scene, answer.json()["access_token"])
    assert (claims["sub"], claims["scope"]) == ("app@clients", "read offline_access")
    assert (claims["aud"], "sid" in claims) == (["https://api.test"], False)
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await scene.http.get("/userinfo", headers=headers)).status_code == 401  # nobody's
    plain = await scene.http.post("/oauth/token", data={**OWN, "audience": ""})
    assert (await verified(scene, plain.json()["access_token"]))["aud"] == [ISSUER]
    minted = next(event for event in scene.events if isinstance(event, TokenMinted))
    assert (minted.grant, minted.client_id, minted.sub) == (
        "client_credentials",
        "app",
        "app@clients",
    )


async def test_a_wrong_secret_and_a_public_client_get_nothing() -> None:
    public = ClientRegistration(client_id="spa")
    scene = Scene(clients=[CLIENT, public])
    wrong = await scene.http.post("/oauth/token", data={**OWN, "client_secret": "wrong"})
    assert wrong.json()["error"] == "invalid_client"
    fields = {"grant_type": "client_credentials", "client_id": "spa"}
    assert (await scene.http.post("/oauth/token", data=fields)).json()["error"] == "invalid_client"


async def test_a_client_that_must_prove_gets_nothing_without_a_proof() -> None:
    strict = ClientRegistration(client_id="app", client_secret="secret", requires_proofs=True)
    answer = await Scene(clients=[strict]).http.post("/oauth/token", data=OWN)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

"""Userinfo takes a bound token with its proof, a bearer token without, and nothing in between."""

from __future__ import annotations

from tests.devserver.provider.flows.proofs import Prover
from tests.devserver.provider.provider_scene import BACK, VERIFIER, Scene


async def bound(scene: Scene, **changes: str) -> tuple[Prover, str]:
    """Log in with a key; returns who holds it, and the access token."""
    prover = Prover(scene)
    await prover.post("oauth/token", {})
    fields = {
        "grant_type": "authorization_code",
        "code": await scene.code(**changes),
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": "app",
        "client_secret": "secret",
    }
    answer = await prover.post("oauth/token", fields)
    assert answer.status_code == 200, answer.text
    return prover, str(answer.json()["access_token"])


async def test_a_bound_token_needs_its_scheme_its_proof_and_its_key() -> None:
    scene = Scene()
    prover, token = await bound(scene)
    assert (await prover.userinfo(token)).json()["sub"] == "local|alice"
    assert (await prover.userinfo(token, "Bearer")).status_code == 401
    bare = await scene.http.get("/userinfo", headers={"authorization": f"DPoP {token}"})
    assert (bare.status_code, bare.json()["error"]) == (401, "invalid_dpop_proof")
    assert bare.headers["www-authenticate"].startswith('DPoP error="invalid_dpop_proof", algs="ES')
    thief = Prover(scene, nonce=prover.nonce)
    answer = await thief.userinfo(token)
    assert "not bound to the key" in answer.json()["error_description"]
    wrong = await prover.userinfo(token, ath="x")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_dpop_proof")


async def test_an_old_nonce_is_told_at_userinfo_too() -> None:
    scene = Scene()
    prover, token = await bound(scene)
    answer = await prover.userinfo(token, nonce="old")
    assert (answer.status_code, answer.json()["error"]) == (401, "use_dpop_nonce")
    assert (await prover.userinfo(token)).status_code == 200


async def test_a_bearer_token_is_no_dpop_token() -> None:
    scene = Scene()
    token = str((await scene.tokens())["access_token"])
    headers = {"authorization": f"Bearer {token}"}
    assert (await scene.http.get("/userinfo", headers=headers)).status_code == 200
    prover = Prover(scene)
    await prover.post("oauth/token", {})
    assert (await prover.userinfo(token)).json()["error"] == "invalid_token"


async def test_a_revoked_token_and_one_for_nobody_are_refused() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    fields = {"token": str(tokens["access_token"]), "client_id": "app", "client_secret": "secret"}
    assert (await scene.http.post("/oauth/revoke", data=fields)).status_code == 200
    for token in (tokens["access_token"], tokens["id_token"], "rubbish"):
        headers = {"authorization": f"Bearer {token}"}
        answer = await scene.http.get("/userinfo", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


async def test_a_code_is_bound_to_the_key_that_the_request_named() -> None:
    scene = Scene()
    prover = Prover(scene)
    await prover.post("oauth/token", {})
    code = await scene.code(dpop_jkt=prover.key.thumbprint())
    answer = await scene.exchange(code)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    _, token = await bound(scene, prompt="login", nonce="n2")
    assert token

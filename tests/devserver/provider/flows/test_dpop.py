"""Proofs by RFC 9449 §4.3: each broken rule refuses, and each announced algorithm works."""

from __future__ import annotations

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from session_inspector.devserver.core.events.login import TokenRefused
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.flows.dpop import ALGORITHMS, NONCE_HEADER, WINDOW
from tests.devserver.provider.flows.proofs import OWN, AnyKey, Prover
from tests.devserver.provider.provider_scene import Scene

KEYS: dict[str, AnyKey] = {
    "ES256": ECKey.generate_key("P-256"),
    "ES384": ECKey.generate_key("P-384"),
    "ES512": ECKey.generate_key("P-521"),
    "PS256": RSAKey.generate_key(2048),
    "RS256": RSAKey.generate_key(2048),
    "Ed25519": OKPKey.generate_key("Ed25519"),
}


async def ready(scene: Scene, alg: str = "ES256") -> Prover:
    """Return a client that has been told the nonce."""
    prover = Prover(scene, KEYS[alg], alg)
    answer = await prover.post("oauth/token", OWN)
    assert (answer.status_code, answer.json()["error"]) == (400, "use_dpop_nonce")
    return prover


@pytest.mark.parametrize("alg", ALGORITHMS)
async def test_each_announced_algorithm_gets_a_bound_token(alg: str) -> None:
    prover = await ready(Scene(), alg)
    answer = await prover.post("oauth/token", OWN)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    asked = {"token": answer.json()["access_token"], "client_id": "app", "client_secret": "secret"}
    facts = (await prover.scene.http.post("/oauth/introspect", data=asked)).json()
    assert facts["cnf"] == {"jkt": prover.key.thumbprint()}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"htm": "GET"}, "htm of the DPoP proof"),
        ({"htu": "http://other.test/oauth/token"}, "htu of the DPoP proof"),
        ({"htu": None}, "htu of the DPoP proof"),
        ({"iat": "now"}, "no iat"),
        ({"jti": None}, "no jti"),
        ({"jti": ""}, "no jti"),
    ],
)
async def test_a_proof_of_another_request_is_refused(broken: dict[str, Json], said: str) -> None:
    prover = await ready(Scene())
    answer = await prover.post("oauth/token", OWN, **broken)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
    assert said in answer.json()["error_description"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"typ": "JWT"}, "must be dpop+jwt"),
        ({"jwk": {}}, "does not verify"),
        ({"jwk": dict(OctKey.generate_key(256).as_dict())}, "no public key"),
        ({"jwk": dict(KEYS["ES256"].as_dict(private=True))}, "no public key"),
        ({"jwk": dict(ECKey.generate_key("P-256").as_dict(private=False))}, "does not verify"),
    ],
)
async def test_a_proof_without_its_public_key_is_refused(header: JsonObject, said: str) -> None:
    scene = Scene()
    proof = Prover(scene, KEYS["ES256"]).make_proof("oauth/token", {}, header=header)
    answer = await scene.http.post("/oauth/token", data=OWN, headers={"DPoP": proof})
    assert answer.json()["error"] == "invalid_dpop_proof"
    assert said in answer.json()["error_description"]


@pytest.mark.parametrize("proof", ["", "a.b.c", "e30.e30.", "\u00e9", "x" * 9000])
async def test_noise_is_no_proof(proof: str) -> None:
    answer = await Scene().http.post("/oauth/token", data=OWN, headers={b"DPoP": proof.encode()})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")


async def test_two_proofs_are_refused() -> None:
    scene = Scene()
    proof = (await ready(scene)).make_proof("oauth/token", {})
    answer = await scene.http.post(
        "/oauth/token", data=OWN, headers=[("DPoP", proof), ("DPoP", proof)]
    )
    assert "more than one" in answer.json()["error_description"]


async def test_a_proof_counts_once() -> None:
    scene = Scene()
    proof = (await ready(scene)).make_proof("oauth/token", {})
    first = await scene.http.post("/oauth/token", data=OWN, headers={"DPoP": proof})
    second = await scene.http.post("/oauth/token", data=OWN, headers={"DPoP": proof})
    assert (first.status_code, second.status_code) == (200, 400)
    assert "used before" in second.json()["error_description"]
    refused = [e.code for e in scene.events if isinstance(e, TokenRefused)]
    assert refused == ["use_dpop_nonce", "invalid_dpop_proof"]


async def test_an_old_nonce_is_replaced_after_the_clock_has_moved() -> None:
    scene = Scene()
    prover = await ready(scene)
    old = prover.nonce
    scene.clock.advance(WINDOW)
    assert (await prover.post("oauth/token", OWN, nonce=old)).status_code == 200
    scene.clock.advance(WINDOW)
    answer = await prover.post("oauth/token", OWN, nonce=old)
    assert answer.json()["error"] == "use_dpop_nonce"
    assert answer.headers[NONCE_HEADER] == prover.nonce != old
    assert (await prover.post("oauth/token", OWN)).status_code == 200


async def test_the_app_s_own_clock_does_not_matter() -> None:
    prover = await ready(Scene())
    assert (await prover.post("oauth/token", OWN, iat=0)).status_code == 200


async def test_htu_is_compared_without_query_and_default_port() -> None:
    prover = await ready(Scene())
    uri = "http://OP.test:80/oauth/token?x=1#y"
    assert (await prover.post("oauth/token", OWN, htu=uri)).status_code == 200

"""DPoP: the environment as the SDK parses it, proofs as RFC 9449 wants them, the one retry."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from session_inspector.devserver.client.tokens.dpop import (
    DPoPOptions,
    DPoPProver,
    DPoPTransport,
    read_dpop_key,
    read_dpop_options,
)
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError
from tests.devserver.client.client_scene import ClientScene

KEY = ECKey.generate_key("P-256", auto_kid=False)
PAIR = {
    "AUTH0_DPOP_PRIVATE_KEY": KEY.as_pem(private=True).decode(),
    "AUTH0_DPOP_PUBLIC_KEY": KEY.as_pem(private=False).decode(),
}


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, DPoPOptions()),
        ({"AUTH0_DPOP_CLOCK_SKEW": "5s"}, DPoPOptions(clock_skew=5)),
        ({"AUTH0_DPOP_CLOCK_SKEW": "-7"}, DPoPOptions(clock_skew=-7)),
        ({"AUTH0_DPOP_CLOCK_TOLERANCE": ""}, DPoPOptions()),
        ({"AUTH0_DPOP_CLOCK_TOLERANCE": "299.9"}, DPoPOptions(clock_tolerance=299)),
        ({"AUTH0_RETRY_DELAY": "0"}, DPoPOptions(retry_delay=0)),
        ({"AUTH0_RETRY_JITTER": "TRUE"}, DPoPOptions(retry_jitter=False)),
        ({"AUTH0_RETRY_JITTER": "true"}, DPoPOptions()),
        ({"AUTH0_RETRY_JITTER": ""}, DPoPOptions()),
    ],
)
def test_the_environment_is_parsed_as_the_sdk_does(
    env: dict[str, str], expected: DPoPOptions
) -> None:
    assert read_dpop_options(env) == expected


def test_production_refuses_a_tolerance_above_the_limit() -> None:
    env = {"NODE_ENV": "production", "AUTH0_DPOP_CLOCK_TOLERANCE": "301"}
    with pytest.raises(InputError, match="AUTH0_DPOP_CLOCK_TOLERANCE_MAX_PROD"):
        read_dpop_options(env)
    raised = env | {"AUTH0_DPOP_CLOCK_TOLERANCE_MAX_PROD": "301"}
    assert read_dpop_options(raised).clock_tolerance == 301
    assert read_dpop_options({**env, "AUTH0_DPOP_CLOCK_TOLERANCE": "300"}).clock_tolerance == 300


def test_a_negative_delay_is_refused() -> None:
    with pytest.raises(InputError, match="AUTH0_RETRY_DELAY is -1"):
        read_dpop_options({"AUTH0_RETRY_DELAY": "-1"})


def test_a_pair_of_pem_keys_is_read() -> None:
    found = read_dpop_key(PAIR)
    assert found is not None
    assert found.as_dict(private=True)["d"] == KEY.as_dict(private=True)["d"]
    assert read_dpop_key({"AUTH0_DPOP_PRIVATE_KEY": PAIR["AUTH0_DPOP_PRIVATE_KEY"]}) is None


@pytest.mark.parametrize(
    ("private", "public", "why"),
    [
        ("no pem", PAIR["AUTH0_DPOP_PUBLIC_KEY"], "is no EC key in PEM"),
        (PAIR["AUTH0_DPOP_PUBLIC_KEY"], PAIR["AUTH0_DPOP_PUBLIC_KEY"], "is no private key"),
        (
            ECKey.generate_key("P-384").as_pem(private=True).decode(),
            PAIR["AUTH0_DPOP_PUBLIC_KEY"],
            "on P-256",
        ),
        (
            ECKey.generate_key("P-256").as_pem(private=True).decode(),
            PAIR["AUTH0_DPOP_PUBLIC_KEY"],
            "not the public half",
        ),
    ],
    ids=["no PEM", "a public key", "another curve", "another pair"],
)
def test_keys_that_are_no_pair_are_refused(private: str, public: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_dpop_key({"AUTH0_DPOP_PRIVATE_KEY": private, "AUTH0_DPOP_PUBLIC_KEY": public})


def _proof(request: httpx.Request) -> tuple[dict[str, object], dict[str, object]]:
    token = jwt.decode(request.headers["dpop"], KEY, algorithms=["ES256"])
    return token.header, token.claims


async def test_a_proof_names_method_url_and_token() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    clock = ManualClock(1_000.9)
    options = DPoPOptions(clock_skew=5)
    transport = DPoPTransport(
        inner=httpx.MockTransport(answer),
        prove=DPoPProver(key=KEY, clock=clock, options=options),
        options=options,
        pause=_no_pause,
    )
    async with httpx.AsyncClient(transport=transport) as http:
        url = "https://api.test/me?x=1#f"
        await http.get(url, headers={"authorization": "DPoP tok"})
    header, claims = _proof(seen[0])
    assert header["typ"] == "dpop+jwt"
    assert header["jwk"] == KEY.as_dict(private=False)
    digest = urlsafe_b64encode(hashlib.sha256(b"tok").digest()).rstrip(b"=").decode()
    expected = {"htm": "GET", "htu": "https://api.test/me", "iat": 1005, "ath": digest}
    assert {name: claims[name] for name in expected} == expected


async def _no_pause(seconds: float) -> None:
    pass


async def test_the_server_s_nonce_is_used_in_one_retry_and_kept() -> None:
    nonces: list[object] = []
    pauses: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        nonces.append(_proof(request)[1].get("nonce"))
        if nonces[-1] != "n1":
            body = {"error": "use_dpop_nonce"}
            return httpx.Response(400, json=body, headers={"dpop-nonce": "n1"})
        return httpx.Response(200, json={"sent": request.content.decode()})

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    options = DPoPOptions(retry_delay=200, retry_jitter=False)
    transport = DPoPTransport(
        inner=httpx.MockTransport(answer),
        prove=DPoPProver(key=KEY, clock=ManualClock(), options=options),
        options=options,
        pause=pause,
    )
    async with httpx.AsyncClient(transport=transport) as http:
        first = await http.post("https://op.test/token", data={"a": "b"})
        second = await http.post("https://op.test/token", data={"a": "b"})
    assert first.json() == second.json() == {"sent": "a=b"}
    assert nonces == [None, "n1", "n1"]
    assert pauses == [0.2]


async def test_a_client_with_dpop_proves_its_token_requests() -> None:
    proofs: list[dict[str, object]] = []

    def watch(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/oauth/token":
            proofs.append(_proof(request)[1])
        return None

    scene = ClientScene(watch, use_dpop=True, env=PAIR)
    assert (await scene.sign_in()).status_code == 200
    assert {(proof["htm"], proof["htu"]) for proof in proofs} == {
        ("POST", f"{scene.client.relying_party.issuer.url}oauth/token")
    }
    # the provider asks for its nonce once
    assert ["nonce" in proof for proof in proofs] == [False, True]


def test_dpop_without_a_key_pair_is_refused() -> None:
    with pytest.raises(InputError, match="AUTH0_DPOP_PRIVATE_KEY"):
        ClientScene(use_dpop=True)

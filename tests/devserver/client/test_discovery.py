"""The issuer's metadata and keys, and the claims of its tokens at their boundaries."""

from __future__ import annotations

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from session_inspector.devserver.client.discovery import Issuer, choose_algorithms
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.tokens import Minter

URL = "http://op.test/"
NOW = 1000


def make_key(alg: str) -> Key:
    if alg == "Ed25519":
        return OKPKey.generate_key("Ed25519")
    if alg.startswith("ES"):
        return ECKey.generate_key(f"P-{alg[2:]}")
    return RSAKey.generate_key(2048)


class Provider:
    """Answers discovery and keys, and counts both."""

    def __init__(self) -> None:
        self.keys = SigningKeys()
        self.minter = Minter(URL, self.keys, ManualClock(NOW))
        self.document: Json = {"issuer": URL, "jwks_uri": f"{URL}jwks"}
        self.jwks: JsonObject = {}
        self.paths: list[str] = []
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        self.issuer = Issuer(URL, http, ManualClock(NOW), "app")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        if request.url.path == "/jwks":
            return httpx.Response(200, json=self.jwks or self.keys.jwks())
        return httpx.Response(200, json=self.document)


async def test_metadata_and_keys_are_fetched_once() -> None:
    provider = Provider()
    for _ in range(2):
        await provider.issuer.verify(provider.minter.logout_token("u", "s", "app"), kind="token")
    assert provider.paths == ["/.well-known/openid-configuration", "/jwks"]


async def test_keys_are_fetched_again_when_none_fits() -> None:
    provider = Provider()
    await provider.issuer.verify(provider.minter.logout_token("u", "s", "app"), kind="token")
    provider.keys.rotate()
    await provider.issuer.verify(provider.minter.logout_token("u", "s", "app"), kind="token")
    assert provider.paths.count("/jwks") == 2


@pytest.mark.parametrize("alg", ["ES256", "ES384", "PS256", "Ed25519"])
async def test_a_token_is_signed_as_its_issuer_announces(alg: str) -> None:
    provider = Provider()
    key = make_key(alg)
    token = jwt.encode({"alg": alg, "kid": "k"}, {**GOOD}, key, algorithms=[alg])
    public: JsonObject = {name: str(value) for name, value in key.as_dict(private=False).items()}
    provider.jwks = {"keys": [{**public, "kid": "k"}]}
    with pytest.raises(OAuthError, match="does not verify"):
        await provider.issuer.verify(token, kind="ID token")
    found = await provider.issuer.metadata()
    found["id_token_signing_alg_values_supported"] = ["RS256", alg]
    assert (await provider.issuer.verify(token, kind="ID token"))["iss"] == URL


@pytest.mark.parametrize(
    ("announced", "chosen"),
    [
        (None, ["RS256"]),
        ("ES256", ["RS256"]),
        ([], ["RS256"]),
        (["HS256", "none"], ["RS256"]),
        (["HS256", "ES384", 5, "RS256", {}], ["ES384", "RS256"]),
    ],
)
def test_no_secret_and_nothing_is_no_signature(announced: Json, chosen: list[str]) -> None:
    found = choose_algorithms({"id_token_signing_alg_values_supported": announced})
    assert found == chosen


async def test_what_is_no_jws_fetches_no_keys() -> None:
    provider = Provider()
    with pytest.raises(OAuthError, match="the token does not verify"):
        await provider.issuer.verify("garbage", kind="token")
    assert "/jwks" not in provider.paths


@pytest.mark.parametrize("document", [{"issuer": "http://other.test/"}, {}, [], "text"])
async def test_a_document_of_another_issuer_or_none_is_refused(document: Json) -> None:
    provider = Provider()
    provider.document = document
    with pytest.raises(OAuthError) as caught:
        await provider.issuer.metadata()
    assert caught.value.code == "discovery_error"


@pytest.mark.parametrize(
    ("url", "named"),
    [("http://op.test", "http://op.test/"), ("http://op.test/", "http://op.test")],
)
async def test_a_domain_may_end_in_a_slash_or_not(url: str, named: str) -> None:
    provider = Provider()
    provider.document = {"issuer": named, "jwks_uri": f"{URL}jwks"}
    issuer = provider.issuer
    issuer.url = url
    assert (await issuer.metadata())["issuer"] == named
    issuer.check_claims({"iss": named, "aud": "app", "iat": NOW, "exp": NOW + 60}, "token")


async def test_an_endpoint_the_provider_has_not_is_empty() -> None:
    assert await Provider().issuer.endpoint("revocation_endpoint") == ""


GOOD: JsonObject = {"iss": URL, "aud": "app", "iat": NOW, "exp": NOW + 60}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": ["other", "app"]},
        {"exp": NOW - 29},
        {"exp": None},
        {"nbf": NOW + 30},
        {"iat": NOW + 99_999},
    ],
)
def test_claims_within_the_tolerance_are_accepted(changes: JsonObject) -> None:
    Provider().issuer.check_claims({**GOOD, **changes}, "ID token")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"iss": "x"}, "its iss is 'x', not 'http://op.test/'"),
        ({"aud": "other"}, "its aud is another client"),
        ({"aud": ["other"]}, "its aud is another client"),
        ({"aud": None}, "its aud is another client"),
        ({"iat": None}, "it has no iat"),
        ({"iat": "1"}, "it has no iat"),
        ({"exp": NOW - 30}, "it has expired"),
        ({"exp": "never"}, "it has expired"),
        ({"nbf": NOW + 31}, "it does not count yet (nbf)"),
        ({"nbf": "5"}, "it does not count yet (nbf)"),
    ],
)
def test_claims_beyond_it_are_refused_with_the_reason(changes: JsonObject, problem: str) -> None:
    with pytest.raises(OAuthError, match="the ID token is refused") as caught:
        Provider().issuer.check_claims({**GOOD, **changes}, "ID token")
    assert problem in caught.value.message

"""Tokens whose issuer tells the product: named for it, verified by its public key only."""

from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies

DECODERS = load_decoders()
NOW = 1_795_900_000
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
TOKENS: list[tuple[str, str, JsonObject]] = [
    (
        "__session",
        "Firebase (session cookie)",
        {"iss": "https://session.firebase.google.com/shop", "sub": "u", "auth_time": NOW},
    ),
    (
        "CF_Authorization",
        "Cloudflare Access",
        {"iss": "https://acme.cloudflareaccess.com", "email": "z@example.com", "type": "app"},
    ),
]


def sign(claims: JsonObject) -> str:
    header = {"alg": "RS256", "kid": "k1"}
    return jwt.encode(header, {**claims, "iat": NOW, "exp": NOW + 600}, KEY)


def opened(name: str, value: str, *, now: float = NOW, is_keyed: bool = False) -> Decoded:
    keys = [KEY] if is_keyed else []
    material = Material(cookies={name: value}, secrets=["a secret"], keys=keys, now=now)
    return open_cookies(DECODERS, material)


@pytest.mark.parametrize(("name", "product", "claims"), TOKENS)
def test_its_issuer_names_it_under_any_cookie_name(
    name: str, product: str, claims: JsonObject
) -> None:
    for cookie in (name, "renamed"):
        found = opened(cookie, sign(claims))
        assert (found.format, found.is_verified) == (product, False)
        assert found.unverified is not None
        assert found.unverified.code == "no_key"


@pytest.mark.parametrize(("name", "product", "claims"), TOKENS)
def test_its_issuers_key_verifies_it_and_exp_ends_it(
    name: str, product: str, claims: JsonObject
) -> None:
    assert opened(name, sign(claims), is_keyed=True).is_verified
    assert opened(name, sign(claims), is_keyed=True, now=NOW + 601).problem == "expired"


@pytest.mark.parametrize("name", ["__session", "CF_Authorization", "_pomerium", "session"])
def test_a_name_makes_no_product_of_a_token(name: str) -> None:
    found = opened(name, sign({"iss": "https://login.example.com", "sub": "u"}))
    assert found.format == "JWT"

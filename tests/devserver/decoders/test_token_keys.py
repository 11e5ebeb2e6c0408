"""Tokens are verified with the keys that were given, by joserfc; nothing else makes them valid."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.mac import mac
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from session_inspector.devserver.decoders.token_keys import read_keys

DECODERS = load_decoders()
NOW = 1_800_000_000.0
CLAIMS = b'{"sub":"ann","exp":1800000600}'
Public: TypeAlias = RSAKey | ECKey | OKPKey
KEYS: dict[str, Public] = {
    "RS256": RSAKey.generate_key(2048, parameters={"kid": "rsa"}),
    "PS384": RSAKey.generate_key(2048, parameters={"kid": "pss"}),
    "ES256": ECKey.generate_key("P-256", parameters={"kid": "ec"}),
    "ES512": ECKey.generate_key("P-521", parameters={"kid": "ec521"}),
    "EdDSA": OKPKey.generate_key("Ed25519", parameters={"kid": "ed"}),
    "Ed25519": OKPKey.generate_key("Ed25519", parameters={"kid": "ed2"}),
}


def token(alg: str, claims: bytes = CLAIMS, key: Public | None = None) -> str:
    signer = key or KEYS[alg]
    header = {"alg": alg, "kid": signer.kid or "none", "cat": "cl_B7d4PD111AAA"}
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jws.serialize_compact(header, claims, signer, registry=registry)


pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


def material(value: str, *keys: Key, secrets: tuple[str, ...] = ()) -> Material:
    return Material(cookies={"tok": value}, keys=keys, secrets=secrets, now=NOW)


@pytest.mark.parametrize("alg", list(KEYS))
def test_a_token_is_verified_by_its_key_among_others(alg: str) -> None:
    public = read_keys(
        strict_json({"keys": [k.as_dict(private=False) for k in KEYS.values()]}), "f"
    )
    found = open_cookies(DECODERS, material(token(alg), *public))
    assert (found.format, found.is_verified, found.key_index, found.problem) == (
        "JWT",
        True,
        None,
        "",
    )
    late = open_cookies(DECODERS, replace(material(token(alg), *public), now=NOW + 601))
    assert (late.is_verified, late.problem) == (True, "expired")


@pytest.mark.parametrize("alg", list(KEYS))
def test_without_its_key_it_is_read_and_no_secret_verifies_it(alg: str) -> None:
    found = open_cookies(DECODERS, material(token(alg), secrets=("cat-secret", "x" * 32)))
    assert found.unverified is not None
    assert (found.unverified.code, found.key_index, found.payload["sub"]) == ("no_key", None, "ann")
    assert alg in found.unverified.reason


def test_another_key_is_a_refusal_that_names_the_kid() -> None:
    with pytest.raises(DecodeError, match=r"none of the 1 keys given .* key rsa") as caught:
        open_cookies(DECODERS, material(token("RS256"), KEYS["PS384"]))
    assert (caught.value.code, caught.value.payload) == (
        "wrong_secret",
        {"sub": "ann", "exp": 1800000600},
    )


def test_a_changed_claim_verifies_nowhere() -> None:
    head, _, signature = token("ES256").split(".")
    forged = f"{head}.{to_base64url(CLAIMS.replace(b'ann', b'eve'))}.{signature}"
    with pytest.raises(DecodeError):
        open_cookies(DECODERS, material(forged, KEYS["ES256"]))


def test_a_public_key_is_no_hmac_secret_and_alg_none_is_no_signature() -> None:
    pem = KEYS["RS256"].as_pem(private=False).decode()
    head = to_base64url(b'{"alg":"HS256"}')
    text = f"{head}.{to_base64url(CLAIMS)}"
    confused = f"{text}.{to_base64url(mac(pem.encode(), text))}"
    with pytest.raises(DecodeError):
        open_cookies(DECODERS, material(confused, KEYS["RS256"], secrets=("another",)))
    head = to_base64url(b'{"alg":"none"}')
    bare = f"{head}.{to_base64url(CLAIMS)}."
    found = open_cookies(DECODERS, material(bare, *KEYS.values(), secrets=("cat",)))
    assert found.unverified is not None
    assert found.unverified.code == "no_signature"


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_keys_are_read_as_jwk_and_pem(alg: str) -> None:
    for text in (
        strict_json(KEYS[alg].as_dict(private=False)),
        KEYS[alg].as_pem(private=False).decode(),
        KEYS[alg].as_pem(private=True).decode(),
    ):
        found = open_cookies(DECODERS, material(token(alg), *read_keys(text, "key.pem")))
        assert found.is_verified


@pytest.mark.parametrize(
    "text", ["", "hello", "{}", '{"keys":1}', '{"keys":[{"kty":"RSA","n":1}]}']
)
def test_a_file_without_keys_is_bad_input(text: str) -> None:
    with pytest.raises(InputError, match=r"^key\.pem has no key that is known here\. Fix: "):
        read_keys(text, "key.pem")

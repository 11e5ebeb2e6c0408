"""`reseal` of remembered logins and of Quarkus: what the product wrote comes out again, or why not.

Symfony's and WordPress' cookies have no randomness: what their own code wrote is the judge.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from session_inspector.inspector.decode.edits import Edit, apply_edit
from tests.vectors.formats import FormatCase, load_family_cases

DECODERS = load_decoders()
CASES = {str(raw["name"]): FormatCase(raw, DECODERS) for raw in load_family_cases()}
LATER = 1_830_000_000


def opened(case: FormatCase) -> Decoded:
    return open_cookies(DECODERS, case.material())


def again(case: FormatCase, edited: Decoded, *secrets: str) -> Decoded:
    material = case.material()
    cookies = seal_cookies(DECODERS, edited, secrets or material.secrets)
    wanted = secrets or material.secrets
    return open_cookies(DECODERS, replace(material, cookies=cookies, secrets=wanted))


@pytest.mark.parametrize("name", ["symfony-remember-me", "wordpress"])
def test_what_the_product_wrote_comes_out_again(name: str) -> None:
    case = CASES[name]
    material = case.material()
    assert seal_cookies(DECODERS, opened(case), material.secrets) == material.cookies


@pytest.mark.parametrize("name", ["symfony-remember-me", "wordpress"])
def test_an_end_and_another_secret_are_sealed(name: str) -> None:
    case = CASES[name]
    edited = apply_edit(opened(case), Edit(expires=str(LATER)), case.material().now)
    sealed = again(case, edited, "another secret, 32 bytes or more…")
    assert (sealed.is_verified, sealed.expires) == (True, LATER)
    assert sealed.payload == opened(case).payload


@pytest.mark.parametrize("name", ["symfony-remember-me", "wordpress"])
def test_the_user_of_a_login_is_not_changed(name: str) -> None:
    found = opened(CASES[name])
    edited = replace(found, payload={**found.payload, "username": "admin"})
    with pytest.raises(DecodeError, match="for another user") as caught:
        seal_cookies(DECODERS, edited, ["secret"])
    assert caught.value.code == "not_sealable"


def test_a_wordpress_login_needs_the_password_row() -> None:
    case = CASES["wordpress"]
    found = open_cookies(DECODERS, replace(case.material(), salts=()))
    with pytest.raises(DecodeError, match="user_pass by --salt") as caught:
        seal_cookies(DECODERS, found, case.material().secrets)
    assert caught.value.code == "not_sealable"


@pytest.mark.parametrize("size", [10, 9000])
def test_tokens_of_quarkus_are_sealed_whole_or_in_chunks(size: int) -> None:
    case = CASES["quarkus"]
    found = opened(case)
    payload: JsonObject = {**found.payload, "refresh_token": "r" * size}
    sealed = again(case, replace(found, payload=payload), "another secret")
    assert (sealed.payload, sealed.expires) == (payload, found.expires)
    assert all("_chunk_" in name for name in sealed.cookies) == (size > 4056)

"""Sealed values agree with joserfc, open with any key of the ring, and refuse all else by code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey

from session_inspector.devserver.cookies import sealed
from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import (
    ENCRYPTION_INFO,
    KeyRing,
    derive_key,
    open_sealed,
    open_text,
    seal,
    seal_text,
)
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import JsonObject

OLD = "an-old-secret-of-thirty-two-bytes!"
NEW = "a-new-secret-of-thirty-two-bytes!!"
RING = KeyRing([NEW])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_joserfc_opens_what_we_seal_and_the_other_way_round() -> None:
    key = OctKey.import_key(derive_key(NEW, ENCRYPTION_INFO))
    opened = jwe.decrypt_compact(seal({"a": 1}, RING, exp=9), key, algorithms=["dir", "A256GCM"])
    assert opened.plaintext == b'{"a":1,"exp":9}'
    theirs = jwe.encrypt_compact(
        {"enc": "A256GCM", "alg": "dir"}, b'{"a":1}', key, algorithms=["dir", "A256GCM"]
    )
    assert open_sealed(theirs, RING, now=0).payload == {"a": 1}


def test_of_several_secrets_the_first_seals_and_all_open() -> None:
    token = seal({"a": 1}, KeyRing([OLD]))
    assert open_sealed(token, KeyRing([NEW, OLD]), now=0).key_index == 1
    assert open_sealed(seal({}, KeyRing([NEW, OLD])), KeyRing([NEW]), now=0).key_index == 0
    with pytest.raises(SealError) as caught:
        open_sealed(token, RING, now=0)
    assert caught.value.code == "ERR_JWE_DECRYPTION_FAILED"


@pytest.mark.parametrize(("now", "opens"), [(114.9, True), (115, False), (116, False)])
def test_fifteen_seconds_of_tolerance(now: float, opens: bool) -> None:
    token = seal({"a": 1}, RING, exp=100)
    if opens:
        assert open_sealed(token, RING, now=now).payload == {"a": 1, "exp": 100}
        return
    with pytest.raises(SealError) as caught:
        open_sealed(token, RING, now=now)
    assert (caught.value.code, caught.value.payload) == ("ERR_JWT_EXPIRED", {"a": 1, "exp": 100})


def test_exp_is_replaced_in_place() -> None:
    opened = open_sealed(seal({"exp": 1, "z": 2}, RING, exp=5), RING, now=0)
    assert list(opened.payload) == ["exp", "z"]


@pytest.mark.parametrize("size", range(7))
def test_text_of_any_length_is_sealed_as_joserfc_reads_it(size: int) -> None:
    text = b"t" * size
    token = seal_text(text, RING)
    key = OctKey.import_key(derive_key(NEW, ENCRYPTION_INFO))
    assert jwe.decrypt_compact(token, key, algorithms=["dir", "A256GCM"]).plaintext == text
    assert open_text(token, RING)[0] == text


@given(st.integers(0, 6), st.integers(0, 120), st.sampled_from("A_=.+/é"))
def test_a_bent_token_is_read_alike_on_both_ways(size: int, place: int, letter: str) -> None:
    """The short way, for what we write ourselves, reads nothing otherwise than the long one."""
    token = seal_text(b"t" * size, RING)
    bent = f"{token[:place]}{letter}{token[place + 1 :]}"
    short = sealed._take_apart_ours(bent)
    assert short is None or short == sealed._take_apart(bent)


@given(st.text() | st.from_regex(r"[\w\-=]*\.[\w\-=]*\.[\w\-]*\.[\w\-]*\.[\w\-]*"))
def test_junk_is_refused_with_a_code_and_nothing_else(token: str) -> None:
    with pytest.raises(SealError):
        open_sealed(token, RING, now=0)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_whatever_is_sealed_is_opened(payload: JsonObject) -> None:
    names = ("exp", "nbf", "iat")
    plain = {name: value for name, value in payload.items() if name not in names}
    again = open_sealed(seal(plain, RING), RING, now=0).payload
    assert stringify(again) == stringify(plain)


@pytest.mark.parametrize("size", range(6))
def test_padded_parts_open_as_bare_ones_do(size: int) -> None:
    token = seal({"a": "x" * size}, RING)
    header, *parts = token.split(".")
    padded = ".".join([header, *(part + "=" * (-len(part) % 4) for part in parts)])
    assert open_sealed(padded, RING, now=0).payload == open_sealed(token, RING, now=0).payload

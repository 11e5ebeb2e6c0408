"""Sealed values agree with joserfc, open with any key of the ring, and refuse all else by code."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey

from session_inspector.devserver.cookies.jar import CookieOptions, RequestJar, ResponseJar
from session_inspector.devserver.cookies.jstext import number_text, stringify
from session_inspector.devserver.cookies.sealed import (
    ENCRYPTION_INFO,
    KeyRing,
    derive_key,
    open_sealed,
    seal,
)
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
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


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (0.000001, "0.000001"),
        (123456789012345680000.0, "123456789012345680000"),
        (2**53 + 1, "9007199254740992"),
        (5e-324, "5e-324"),
        (float("inf"), "null"),
        (10**400, "null"),  # JSON.parse reads Infinity
        (0.1, "0.1"),
    ],
)
def test_numbers_are_written_as_javascript_does(number: float, text: str) -> None:
    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_keeps_its_value(number: float) -> None:
    assert float(number_text(number)) == number


def test_integer_like_keys_come_first_as_in_javascript() -> None:
    assert stringify({"b": 1, "10": 2, "9": 3, "01": 4}) == b'{"9":3,"10":2,"b":1,"01":4}'


def test_lone_surrogates_are_escaped() -> None:
    assert stringify({"a": "\ud800é\u2028"}) == '{"a":"\\ud800é\u2028"}'.encode()
    assert json.loads(stringify({"a": "\ud800"})) == {"a": "\ud800"}


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 10**8))
def test_a_set_cookie_line_carries_any_value(value: str, age: int) -> None:
    jar = ResponseJar()
    jar.set("n", value, CookieOptions(secure=True, domain="a.test"), max_age=age, now=0.0)
    (line,) = jar.lines()
    found = parse_set_cookie(line)
    assert line.isascii()
    assert (found.max_age, found.secure, found.domain, found.same_site) == (
        age,
        True,
        "a.test",
        "lax",
    )
    assert RequestJar.parse(f"n={found.value}").get("n") == value


@given(st.text())
def test_any_cookie_header_is_read(header: str) -> None:
    jar = RequestJar.parse(header)
    assert all(jar.get(name) is not None for name in jar.names())


@pytest.mark.parametrize("size", range(6))
def test_padded_parts_open_as_bare_ones_do(size: int) -> None:
    token = seal({"a": "x" * size}, RING)
    header, *parts = token.split(".")
    padded = ".".join([header, *(part + "=" * (-len(part) % 4) for part in parts)])
    assert open_sealed(padded, RING, now=0).payload == open_sealed(token, RING, now=0).payload

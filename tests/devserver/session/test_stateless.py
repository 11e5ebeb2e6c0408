"""The stateless carrier: chunks at their boundaries, what v3 left, and what does not open."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import open_sealed, seal
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Loaded, Refused, Saved
from session_inspector.devserver.session.stateless import StatelessCarrier
from tests.devserver.session.session_scene import (
    NOW,
    RING,
    SETUP,
    Browser,
    cookie_options,
    session_of,
)

SINGLE = 2564
"""Bytes of plaintext, exp included, that make a JWE of 3500 characters."""


def carrier_named(name: str = "__session", *, transient: bool = False) -> StatelessCarrier:
    options = replace(cookie_options(name), transient=transient)
    return StatelessCarrier(replace(SETUP, options=options))


def session_of_size(size: int) -> JsonObject:
    """Return a session whose sealed text has exactly so many bytes."""
    empty: JsonObject = {"user": {"pad": ""}, "internal": {"createdAt": NOW}}
    sealed = seal(empty, RING, exp=NOW + 86_400)
    rest = size - len(open_sealed(sealed, RING, now=NOW).text)
    return {"user": {"pad": "x" * rest}, "internal": {"createdAt": NOW}}


async def saved(session: JsonObject, carrier: StatelessCarrier | None = None) -> Browser:
    browser = Browser()
    jars = browser.request()
    carrier = carrier or StatelessCarrier(SETUP)
    await carrier.save(jars, session, NOW, is_new=True)
    browser.receive(jars)
    return browser


@pytest.mark.parametrize(
    ("size", "lengths"),
    [
        (SINGLE, {"__session": 3500}),
        (SINGLE + 1, {"__session__0": 3500, "__session__1": 1}),
    ],
)
async def test_a_value_of_3500_bytes_is_one_cookie_and_one_more_is_two(
    size: int, lengths: dict[str, int]
) -> None:
    browser = await saved(session_of_size(size))
    assert {name: len(value) for name, value in browser.cookies.items()} == lengths


async def test_chunks_are_read_in_the_order_of_their_numbers() -> None:
    session = session_of_size(40_000)
    browser = await saved(session)
    assert len(browser.cookies) > 10
    backwards = Jars(request=RequestJar(reversed(browser.cookies.items())))
    found = await StatelessCarrier(SETUP).load(backwards, NOW)
    assert isinstance(found, Loaded)
    assert found.data == {**session, "exp": NOW + 86_400}
    assert found.names == tuple(browser.cookies)


async def test_a_session_that_shrinks_deletes_its_chunks() -> None:
    browser = await saved(session_of_size(10_000))
    jars = browser.request()
    await StatelessCarrier(SETUP).save(jars, session_of(), NOW, is_new=False)
    browser.receive(jars)
    assert list(browser.cookies) == ["__session"]


async def test_chunks_with_a_gap_are_refused_with_the_reason() -> None:
    browser = await saved(session_of_size(10_000))
    del browser.cookies["__session__1"]
    found = await StatelessCarrier(SETUP).load(browser.request(), NOW)
    count = len(browser.cookies)
    gap = f"Incomplete chunked cookie '__session': Found {count} chunks, expected {count + 1}"
    assert found == Refused(code="chunk_gap", reason=gap)


async def test_what_does_not_open_is_refused_and_is_no_error() -> None:
    jars = Jars(request=RequestJar([("__session", "garbage")]))
    found = await StatelessCarrier(SETUP).load(jars, NOW)
    assert isinstance(found, Refused)
    assert (found.code, found.data) == ("ERR_JWE_INVALID", {})


async def test_the_exp_of_what_a_save_returns_is_what_a_load_finds() -> None:
    jars = Jars()
    carrier = StatelessCarrier(SETUP)
    outcome = await carrier.save(jars, session_of(), NOW, is_new=True)
    browser = Browser()
    browser.receive(jars)
    found = await carrier.load(browser.request(), NOW)
    assert isinstance(found, Loaded)
    assert outcome == Saved(session=found.data)


async def test_a_transient_cookie_has_no_end_but_its_seal_has() -> None:
    jars = Jars()
    await carrier_named(transient=True).save(jars, session_of(), NOW, is_new=True)
    line = jars.response.lines()[0]
    assert "Max-Age" not in line
    assert "Expires" not in line
    value = line.partition("=")[2].partition(";")[0]
    assert open_sealed(value, RING, now=NOW).payload["exp"] == NOW + 86_400


def legacy_cookie(expires: int = NOW + 100) -> str:
    """Return a session as v3 seals it: times in the header."""
    header: JsonObject = {
        "alg": "dir",
        "enc": "A256GCM",
        "uat": NOW,
        "iat": NOW - 50,
        "exp": expires,
    }
    session: JsonObject = {
        "user": {"sub": "u", "sid": "s3", "own": 1},
        "idToken": "i",
        "accessToken": "a",
        "accessTokenScope": "openid",
        "accessTokenExpiresAt": NOW + 60,
        "refreshToken": "r",
        "other": True,
    }
    protected = encode(json.dumps(header).encode())
    iv = bytes(12)
    sealed = RING.ciphers[0].encrypt(iv, json.dumps(session).encode(), protected.encode())
    return f"{protected}..{encode(iv)}.{encode(sealed[:-16])}.{encode(sealed[-16:])}"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


V4: JsonObject = {
    "user": {"sub": "u", "sid": "s3", "own": 1},
    "tokenSet": {
        "idToken": "i",
        "accessToken": "a",
        "scope": "openid",
        "refreshToken": "r",
        "expiresAt": NOW + 60,
    },
    "internal": {"sid": "s3", "createdAt": NOW - 50},
}


async def test_a_session_of_v3_is_read_in_v4_s_shape_and_replaced_by_the_next_write() -> None:
    browser = Browser()
    browser.cookies["appSession"] = legacy_cookie()
    carrier = StatelessCarrier(SETUP)
    found = await carrier.load(browser.request(), NOW)
    assert isinstance(found, Loaded)
    assert (found.data, found.is_legacy, found.names) == (V4, True, ("appSession",))
    jars = browser.request()
    await carrier.roll(jars, found, NOW)
    browser.receive(jars)
    assert list(browser.cookies) == ["__session"]


@pytest.mark.parametrize(("age", "is_refused"), [(14, False), (15, True)])
async def test_a_session_of_v3_ends_15_seconds_after_the_exp_of_its_header(
    age: int, is_refused: bool
) -> None:
    jars = Jars(request=RequestJar([("appSession", legacy_cookie(NOW - age))]))
    found = await StatelessCarrier(SETUP).load(jars, NOW)
    assert isinstance(found, Refused) is is_refused


async def test_compat_mode_reads_a_session_of_v3_for_ever() -> None:
    jars = Jars(request=RequestJar([("appSession", legacy_cookie(NOW - 10_000))]))
    found = await StatelessCarrier(replace(SETUP, compat=True)).load(jars, NOW)
    assert isinstance(found, Loaded)


async def test_v4_s_cookie_hides_v3_s_even_if_it_does_not_open() -> None:
    jars = Jars(request=RequestJar([("appSession", legacy_cookie()), ("__session", "x")]))
    assert isinstance(await StatelessCarrier(SETUP).load(jars, NOW), Refused)


async def test_a_cookie_named_as_v3_s_survives_its_own_clean_up() -> None:
    carrier = carrier_named("appSession")
    browser = await saved(session_of(), carrier)
    jars = browser.request()
    await carrier.save(jars, session_of(), NOW, is_new=False)
    browser.receive(jars)
    assert list(browser.cookies) == ["appSession"]

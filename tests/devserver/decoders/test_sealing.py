"""What is edited and sealed again opens again, here and with the formats' own libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.jwk import OctKey

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.codecs.iron import FEW, make_seal
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from tests.vectors.formats import FormatCase, load_raw_cases

BARE_IDS = {"star-redis", "flask-session-redis-msgpack", "flask-session-redis-json"}
"""Without their row nobody can tell whose they are."""
CASES = [
    FormatCase(raw)
    for raw in load_raw_cases()
    if raw["outcome"] == "ok" and raw["name"] not in BARE_IDS
]
DECODERS = load_decoders()
NOW = 1_800_000_000
SECRET = "sécret of twenty characters"
READ_ONLY = {
    *(f"clerk-{kind}" for kind in ("signed-in", "suffixed", "expired", "other-sign-in", "no-uat")),
    "rails7-marshal",
    "o2p-redis-ticket",
}


def opened(cookies: dict[str, str], *secrets: str) -> Decoded:
    return open_cookies(DECODERS, Material(cookies=cookies, secrets=secrets, now=NOW))


def current_first(secrets: Sequence[str], found: Decoded) -> list[str]:
    index = found.key_index or 0
    return [*secrets[index:], *secrets[:index]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_golden_cookie_seals_to_its_like(case: FormatCase) -> None:
    material = replace(case.material(), rows={})
    found = open_cookies(DECODERS, material)
    secrets = current_first(material.secrets, found)
    if case.name in READ_ONLY:
        with pytest.raises(DecodeError, match=r"only (read|a ticket)"):
            seal_cookies(DECODERS, found, secrets)
        return
    cookies = seal_cookies(DECODERS, found, secrets)
    again = open_cookies(DECODERS, replace(material, cookies=cookies))
    assert set(cookies) == set(found.cookies)
    assert replace(again, size=0, key_index=0, cookies=()) == replace(
        found, size=0, key_index=0, cookies=(), header=again.header
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_edits_survive(case: FormatCase) -> None:
    material = replace(case.material(), rows={})
    found = open_cookies(DECODERS, material)
    if case.name in READ_ONLY or found.session_id or not found.payload or found.role == "token":
        return  # only an id, or refused above
    changed = replace(found, payload={**found.payload, "added": "✓ by hand"})
    secrets = current_first(material.secrets, found)
    if found.header.get("encoding") == "list" or found.format == "iron (sealed value)":
        with pytest.raises(DecodeError, match="has no place for added"):
            seal_cookies(DECODERS, changed, secrets)
        return
    cookies = seal_cookies(DECODERS, changed, secrets)
    again = open_cookies(DECODERS, replace(material, cookies=cookies))
    assert again.payload["added"] == "✓ by hand"


def test_a_session_that_grows_is_chunked_and_joined() -> None:
    for case in CASES:
        material = replace(case.material(), rows={})
        found = open_cookies(DECODERS, material)
        if found.family not in ("express-openid-connect", "authjs", "auth0-server-python"):
            continue
        if found.session_id or "(transaction)" in found.format:
            continue
        big = replace(found, payload={**found.payload, "big": "x" * 9000})
        secrets = current_first(material.secrets, found)
        cookies = seal_cookies(DECODERS, big, secrets)
        assert len(cookies) > 2
        assert max(len(name) + len(value) for name, value in cookies.items()) <= 4096
        again = open_cookies(DECODERS, replace(material, cookies=cookies))
        assert again.payload == big.payload


def seal_as(family: str, format_: str, payload: JsonObject, salt: str, **more: object) -> str:
    found = Decoded(
        format=format_,
        family=family,
        cookies=("session",),
        payload=payload,
        salt=salt,
        issued=NOW,
        **more,  # type: ignore[arg-type]  # by name
    )
    return seal_cookies(DECODERS, found, [SECRET])["session"]


def test_itsdangerous_reads_what_is_sealed_for_starlette_and_flask() -> None:
    value = seal_as("starlette", "Starlette", {"a": 1}, "itsdangerous.Signer")
    assert TimestampSigner(SECRET).unsign(value).startswith(b"eyJhIjogMX0=")
    value = seal_as("flask", "Flask", {"a": "x" * 500}, "cookie-session")
    reader = URLSafeTimedSerializer(
        SECRET, "cookie-session", signer_kwargs={"key_derivation": "hmac"}
    )
    assert value.startswith(".")
    assert reader.loads(value) == {"a": "x" * 500}


def test_joserfc_reads_a_sealed_token() -> None:
    value = seal_as("jwt", "JWT", {"a": 1}, "", header={"alg": "HS256"}, expires=NOW + 9)
    token = jwt.decode(value, OctKey.import_key(SECRET))
    assert token.claims == {"a": 1, "iat": NOW, "exp": NOW + 9}


def test_what_needs_another_key_is_refused() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
    with pytest.raises(DecodeError, match="needs a key that is not here"):
        seal_cookies(DECODERS, opened({"t": token}, "s"), ["s"])
    with pytest.raises(DecodeError, match="only read here"):
        seal_cookies([], opened({"t": token}, "s"), ["s"])


def test_an_edited_session_of_hono_sessions_keeps_its_own_members() -> None:
    secret = "hono-secret-hono-secret-hono-secret-1"
    expire = "2025-10-09T09:53:32.000Z"
    held: JsonObject = {
        "_data": {"say": {"value": "hi", "flash": True}},
        "_expire": expire,
        "_delete": False,
    }
    text = compact_json(held).decode()
    value = make_seal(compact_json(text), secret, ends=None, password_id="", rounds=FEW)
    material = Material(cookies={"session": value}, secrets=(secret,), now=1_760_000_000)
    found = open_cookies(DECODERS, material)
    edited = replace(found, payload={**found.payload, "user": "bob"})
    cookies = seal_cookies(DECODERS, edited, [secret])
    again = open_cookies(DECODERS, replace(material, cookies=cookies))
    assert (again.payload, again.expires) == ({"say": "hi", "user": "bob"}, 1_760_003_612)
    members = again.header["held"]
    assert isinstance(members, dict)
    assert members["_data"] == {
        "say": {"value": "hi", "flash": True},
        "user": {"value": "bob", "flash": False},
    }

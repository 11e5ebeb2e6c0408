"""Each family says why not: another secret, an older one, a part changed, a piece cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from tests.vectors.formats import VALUES, FormatCase, load_raw_cases

DECODERS = load_decoders()
SECRETLESS = {
    "supabase",
    "clerk",
    *VALUES,
    "starsessions-redis",
    "django-cache-redis",
    "auth0-fastapi-stateful",
}
WRONG = {"wrong_secret", "wrong_name", "ERR_JWE_DECRYPTION_FAILED"}
REFUSED = WRONG | {"tampered", "truncated", "not_a_session", "chunk_gap", "not_certain"}
BARE = {"express-openid-connect-stateful", "flask-session-redis", "django-db", "django-cached-db"}
"""Formats whose cookie may be an unsigned id: any text of the shape is one."""


def sealed_cases() -> Iterator[FormatCase]:
    seen: set[str] = set()
    for raw in load_raw_cases():
        kind = str(raw["format"])
        ok = raw["outcome"] == "ok" and raw.get("secret") and kind not in SECRETLESS | BARE
        if ok and kind not in seen:
            seen.add(kind)
            yield FormatCase(raw)


READABLE = {
    "nextjs-auth0-v3-stateful",
    "express-openid-connect-stateful",
    "express-openid-connect-transient",
    "express-session",
    "starlette-session",
    "starsessions-cookie",
    "flask-session-cookie",
    "django-signed-cookies",
    "django-db",
    "django-cached-db",
    "rails-signed-cookie",
    "react-router",
    "fastify-session",
    "react-router-id",
    "cookie-session",
    "koa-session",
    "koa-session-id",
    "better-auth-token",
    "better-auth-compact",
    "better-auth-jwt",
}
"""Signed, not encrypted."""
CASES = list(sealed_cases())


def refusal(material: Material) -> str:
    with pytest.raises(DecodeError) as caught:
        open_cookies(DECODERS, material)
    assert caught.value.message
    return caught.value.code


def test_every_family_with_a_secret_is_here() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_another_secret_is_told(case: FormatCase) -> None:
    material = case.material()
    assert refusal(replace(material, secrets=["another secret, 32 bytes or more…"])) in WRONG


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_secret_is_told_and_what_anybody_reads_is_unverified(case: FormatCase) -> None:
    material = replace(case.material(), secrets=[])
    if case.raw["format"] not in READABLE:
        assert refusal(material) == "no_secret"
        return
    before = open_cookies(DECODERS, case.material())
    found = open_cookies(DECODERS, material)
    assert found.unverified is not None
    assert found.unverified.code == "no_secret"
    assert (found.family, found.payload, found.key_index) == (before.family, before.payload, None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_older_secret_opens_and_is_counted(case: FormatCase) -> None:
    material = case.material()
    before = open_cookies(DECODERS, material)
    secrets = ["a newer secret that sealed nothing yet", *material.secrets]
    found = open_cookies(DECODERS, replace(material, secrets=secrets))
    assert before.key_index is not None
    assert found.key_index == before.key_index + 1
    assert replace(found, key_index=before.key_index) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_changed_character_never_changes_what_is_read(case: FormatCase) -> None:
    material = case.material()
    before = open_cookies(DECODERS, material)
    name = before.cookies[0]
    value = material.cookies[name]
    for at in range(0, len(value), max(1, len(value) // 40)):
        other = "A" if value[at] != "A" else "B"
        jar = {**material.cookies, name: value[:at] + other + value[at + 1 :]}
        try:
            found = open_cookies(DECODERS, replace(material, cookies=jar))
        except DecodeError as error:
            assert error.code in REFUSED  # noqa: PT017  # some changes are none: unused bits
            continue
        assert found.payload == before.payload or found.session_id != before.session_id
        assert found.family == before.family


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_cut_value_opens_nowhere(case: FormatCase) -> None:
    material = case.material()
    name = open_cookies(DECODERS, material).cookies[0]
    jar = {**material.cookies, name: material.cookies[name][:-7]}
    assert refusal(replace(material, cookies=jar)) in REFUSED

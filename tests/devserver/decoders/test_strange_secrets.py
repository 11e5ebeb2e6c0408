"""Every family again, with secrets and users as strange as people's: nothing is told wrongly.

The golden cases are sealed anew with drawn secrets (dots, stars, tildes, quotes, other alphabets)
and users (Chinese, emoji), then opened with the right secret, a wrong one, and changed.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from tests.vectors.formats import NAMES, REFUSALS, VALUES, FormatCase, load_raw_cases

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "40")) // 4 + 1
UNKNOWN = {"not_a_session", "not_certain", "no_cookie"}
DECODERS = load_decoders()
BARE = (
    "starsessions-redis",
    "auth0-fastapi-stateful",
    "django-db",
    "django-cached-db",
    "supabase",
    "fastify-secure-session",
    *VALUES,
)
"""Formats whose cookie is an id that nobody signed, that have no secret, or whose wrong secret
takes a second (Argon2id)."""
NO_SEAL = ("rails7-marshal", "o2p-redis-ticket")
KEYED = ("laravel-encrypted-cookie", "oauth2-proxy-cookie")
"""Formats whose secret must have a key's length."""
ODD = "aB3.*~'\"`;,=|:é漢字🔑ß \\/+-_%"


def _case(raw: dict[str, Json]) -> FormatCase | None:
    is_there = raw["outcome"] == "ok" and raw.get("secret") and raw["format"] not in BARE
    return FormatCase(raw, DECODERS) if is_there and raw["name"] not in NO_SEAL else None


CASES = [case for raw in load_raw_cases() if (case := _case(raw))]
secrets_ = st.text(st.sampled_from(ODD), min_size=32, max_size=70)
users = st.text(st.sampled_from("Zoë漢字かな👩‍💻🇨🇭'\"\\<&\u2028 \x7f"), max_size=30)


def _remade(case: FormatCase, secret: str, user: str, fill: int) -> tuple[Material, Decoded]:
    """Return the case's cookie under another secret, and what is in it."""
    is_signed_id = case.raw["format"] in (
        "express-session",
        "flask-session-redis",
        "fastify-session",
    )
    material = replace(case.material(), rows={}) if is_signed_id else case.material()
    found = open_cookies(DECODERS, material)
    if not found.session_id and found.payload:
        user_of: Json = {"name": user, "fill": "x" * fill}
        found = replace(found, payload={**found.payload, "drawn": user_of})
    others = [s for s in material.secrets if s == case.raw.get("encryption_key")]
    cookies = seal_cookies(DECODERS, found, [secret, *others])
    return replace(material, cookies=cookies, secrets=[secret, *others]), found


def _secret(case: FormatCase, secret: str) -> str:
    if case.raw["format"] not in KEYED:
        return secret
    text = secret.encode()[:32].decode("utf-8", "ignore")
    return text + "." * (32 - len(text.encode()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(secret=secrets_, wrong=secrets_, user=users, fill=st.integers(0, 60), data=st.data())
def test_each_outcome_is_told(
    case: FormatCase, secret: str, wrong: str, user: str, fill: int, data: st.DataObject
) -> None:
    secret = _secret(case, secret)
    wrong = _secret(case, wrong)
    material, meant = _remade(case, secret, user, fill)
    found = open_cookies(DECODERS, material)
    assert found.format == meant.format
    assert found.format.startswith(NAMES[str(case.raw["format"])])
    assert found.payload == meant.payload
    is_bare = case.raw.get("encoding") in ("opaque-id", "opaque-id+django-signing") or (
        meant.session_id and set(material.cookies.values()) == {meant.session_id}
    )
    if is_bare or secret == wrong:
        return
    _refused(replace(material, secrets=[wrong, *material.secrets[1:]]), "wrong-secret")
    name = data.draw(st.sampled_from(sorted(material.cookies)))
    value = material.cookies[name]
    at = data.draw(st.integers(0, len(value) - 1))
    letter = "A" if value[at] != "A" else "B"
    changed = {**material.cookies, name: value[:at] + letter + value[at + 1 :]}
    try:
        again = open_cookies(DECODERS, replace(material, cookies=changed))
    except DecodeError as error:
        assert error.code in REFUSALS["tampered"] | UNKNOWN  # noqa: PT017
    else:  # an unused bit of base64, or a part no format signs
        is_said = any("does not open" in note for note in again.notes)
        assert again.payload == meant.payload or again.session_id != meant.session_id or is_said


def _refused(material: Material, outcome: str) -> None:
    with pytest.raises(DecodeError) as caught:
        open_cookies(DECODERS, material)
    assert caught.value.code in REFUSALS[outcome], caught.value.message

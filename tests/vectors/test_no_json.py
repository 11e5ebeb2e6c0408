"""NaN and the infinities in a sealed content: what each framework makes of them."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import replace

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64url,
    to_base64,
    to_base64url,
)
from session_inspector.devserver.decoders.formats.js.authjs_database import row_of
from session_inspector.devserver.decoders.no_json import CODE
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from tests.vectors.formats import FormatCase
from tests.vectors.golden import GOLDEN

DECODERS = load_decoders()
CASES = [FormatCase(raw, DECODERS) for raw in GOLDEN if raw["outcome"] == "ok"]
REFUSE = {
    "authjs",
    "better-auth",
    "cookie-session",
    "express-openid-connect",
    "fastify-secure-session",
    "gorilla",
    "h3",
    "iron-session",
    "laravel",
    "litestar",  # msgspec's JSON
    "pomerium",
    "rails",
    "react-router",
    "supabase",
    "workos",
}
"""As JSON.parse, encoding/json, json_decode, Ruby's JSON.parse and msgspec do."""
TAKE = {
    "aiohttp-session",
    "aiohttp-session-nacl",
    "aiohttp-session-plain",
    "auth0-server-python",
    "beaker",
    "django",
    "flask",
    "oauth2-proxy",  # MessagePack, which has them
    "pyramid",
    "rack-cookie",  # Ruby's JSON.parse
    "rack-session",  # Ruby's JSON.load
    "starlette",
    "tornado",
    "tornado-1",
}
"""As Python's json does."""


def sealed(case: FormatCase, odd: Json) -> tuple[Decoded, Material] | None:
    """Return a golden session with one more member; None: it has no such content."""
    material = replace(case.material(), rows={})
    try:
        found = open_cookies(DECODERS, material)
        changed = replace(found, payload={**found.payload, "odd": odd})
        cookies = seal_cookies(DECODERS, changed, material.secrets[found.key_index or 0 :])
    except DecodeError:
        return None
    return found, replace(material, cookies=cookies)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf], ids=str)
def test_each_framework_is_said_to_read_or_to_refuse_it_as_it_does(odd: float) -> None:
    refuse: set[str] = set()
    take: set[str] = set()
    for case in CASES:
        made = sealed(case, odd)
        if made is None:
            continue
        before, material = made
        try:
            found = open_cookies(DECODERS, material)
        except DecodeError as error:
            refuse.add(before.family if error.code == CODE else f"{case.name}: {error.code}")
            continue
        if "odd" in found.payload:
            assert found.family == before.family, case.name
            take.add(found.family)
    assert (refuse, take) == (REFUSE, TAKE)


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_the_same_letters_in_a_text_are_read_by_all(text: str) -> None:
    read: set[str] = set()
    for case in CASES:
        made = sealed(case, text)
        if made is not None and made[0].family in REFUSE:
            found = open_cookies(DECODERS, made[1])
            if found.payload.get("odd") == text:
                read.add(found.family)
    assert read == REFUSE


# -- a part that is not shown ------------------------------------------------------------------


def refused(cookies: dict[str, str], *secrets: str, **rows: bytes) -> str:
    """Return the code by which a jar is refused; empty: it is not."""
    material = Material(cookies=cookies, secrets=secrets, now=1_760_000_000.0, rows=rows)
    try:
        open_cookies(DECODERS, material)
    except DecodeError as error:
        return error.code if "which is no JSON" in error.message else error.message
    return ""


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "0"])
def test_what_better_auth_writes_beside_the_session_counts_too(odd: str) -> None:
    case = next(one for one in CASES if one.name == "better-auth-compact")
    ((name, value),) = case.material().cookies.items()
    text = (from_base64url(value) or b"").decode()
    bent = to_base64url(f'{text.removesuffix("}")},"more":{odd}}}'.encode())
    assert refused({name: bent}) == ("" if odd == "0" else "tampered")


@pytest.mark.parametrize(("odd", "code"), [("NaN", CODE), ("Infinity", CODE), ('"a"', "")])
def test_what_a_row_has_beside_the_session_counts_too(odd: str, code: str) -> None:
    with pytest.raises(DecodeError) if code else nullcontext() as found:
        row_of(f'{{"userId":"7","sessionToken":{odd}}}'.encode())
    assert (found.value.code if found is not None else "") == code


@pytest.mark.parametrize("odd", ["NaN", "1"])
def test_the_envelope_of_rails_is_read_strictly(odd: str) -> None:
    message = to_base64(b'{"user_id":7}')
    inner = f'{{"_rails":{{"message":"{message}","exp":null,"pur":null}},"x":{odd}}}'
    data = to_base64(inner.encode())
    cookie = f"{data}--{'0' * 40}"
    assert refused({"_app_session": cookie}) == ("tampered" if odd == "NaN" else "")

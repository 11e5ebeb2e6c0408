"""@fastify/secure-session: JSON in NaCl's secretbox, a semicolon, the nonce.

The key is given as 32 bytes, or derived from a secret with Argon2id (libsodium's MODERATE: 256 MB,
about a second), once a secret, and only for a value of this shape.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    stamp_end,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    is_padded_base64,
    to_base64,
)
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.salsa20 import (
    KEY,
    NONCE,
    TAG,
    given_keys,
    make_secretbox,
    open_secretbox,
)
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

SHAPE = re.compile(r"([A-Za-z0-9+/]{4,}={0,2});([A-Za-z0-9+/]{32})")
SALT = from_base64("mq9hDxBVDbspDR6nLfFT1g==") or b""
HEX_SALT = re.compile(r"(?:hex:)?[0-9a-fA-F]{32}")
SALT_SIZE = 16
SHORTEST_SECRET = 32
"""Bytes: Fastify refuses a shorter one."""
PASSES = 3
MEMORY = 262_144
"""KiB."""
LIFE = 86_401
STAMP = "__ts"
STAMP_RULE = "__ts + expiry (a day, or --max-age)"
DERIVED = "the key is derived from the secret with Argon2id and the salt of the package"
DERIVED_OWN = "the key is derived from the secret with Argon2id and the app's own salt"
OWN_SALT = "argon2id"
"""What stands for the package's salt."""
MOST_SALTS = 4
"""Salts that are tried: each costs a derivation a secret."""
WRONG = "its tag is of another key or secret (or of another salt), or a byte was changed"


class FastifySecureSessionDecoder:
    """session: base64 of a secretbox, a semicolon, base64 of 24 bytes."""

    name = "fastify-secure-session"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("session",),
        is_percent_encoded=True,
        stamp_life=LIFE,
        visitor_members=frozenset({"__ts", "flash", "_csrf"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim two parts of padded base64 with a semicolon, the second of 24 bytes."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        box, _, nonce = value.partition(";")
        sealed = from_base64(box) or b""
        raw, index, how = _open_box(sealed, from_base64(nonce) or b"", material)
        payload = parse_object(raw)
        if payload is None:
            raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
        stamp = to_number(payload.get(STAMP))
        found = Decoded(
            format="@fastify/secure-session",
            cookies=(name,),
            payload=payload,
            key_index=index,
            size=len(value),
            issued=stamp,
            salt=how,
            notes=_describe_key(how),
        )
        if stamp is None:
            return found
        return found.with_end(stamp_end(stamp, material, LIFE), STAMP_RULE, material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; an end is a time stamp."""
        payload: JsonObject = found.payload
        if found.issued is not None:
            payload = {**payload, STAMP: int(found.issued)}
        nonce = os.urandom(NONCE)
        key = _find_key(secrets[0], found.salt)
        sealed = make_secretbox(compact_json(payload), nonce, key)
        return {found.cookies[0]: f"{to_base64(sealed)};{to_base64(nonce)}"}


def _claim_cookie(name: str, value: str) -> Claim | None:
    match = SHAPE.fullmatch(value)
    if match is None or not is_padded_base64(match[1]) or len(match[1]) * 3 // 4 <= TAG:
        return NOT_MINE
    return looks_like("padded base64, a semicolon, base64 of a nonce of 24 bytes")


def _open_box(sealed: bytes, nonce: bytes, material: Material) -> tuple[bytes, int, str]:
    """Return (content, index of the secret, how its key is made); the cheap keys first.

    Raises: DecodeError.
    """
    for index, secret in enumerate(material.secrets):
        for key in given_keys(secret):
            found = open_secretbox(sealed, nonce, key)
            if found is not None:
                return found, index, ""

    def derive(secret: str) -> tuple[bytes, str] | None:
        if len(to_utf8(secret)) < SHORTEST_SECRET:
            return None
        for name, salt in _list_salts(material.salts):
            found = open_secretbox(sealed, nonce, derive_key(secret, salt))
            if found is not None:
                return found, name
        return None

    (raw, how), index = with_any_secret(material.secrets, derive, WRONG)
    return raw, index, how


def _list_salts(given: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return (name, bytes): the app's own salts, as text, base64 or hexadecimal; the package's."""
    found: list[tuple[str, bytes]] = []
    for text in given:
        raws = [to_utf8(text), from_base64(text.removeprefix("base64:"))]
        if HEX_SALT.fullmatch(text):
            raws.append(bytes.fromhex(text.removeprefix("hex:")))
        found += [(text, raw) for raw in raws if raw is not None and len(raw) == SALT_SIZE]
    return [*found[:MOST_SALTS], (OWN_SALT, SALT)]


def _describe_key(how: str) -> tuple[str, ...]:
    if not how:
        return ()
    if how == OWN_SALT:
        return (DERIVED,)
    return (DERIVED_OWN,)


@lru_cache(maxsize=512)
def derive_key(secret: str, salt: bytes = SALT) -> bytes:
    """Return the key of a secret, as libsodium's crypto_pwhash makes it."""
    kdf = Argon2id(salt=salt, length=KEY, iterations=PASSES, lanes=1, memory_cost=MEMORY)
    return kdf.derive(to_utf8(secret))


def _find_key(secret: str, salt: str) -> bytes:
    """Return the key to seal with. Raises: DecodeError (not_sealable)."""
    if salt and len(to_utf8(secret)) >= SHORTEST_SECRET:
        return derive_key(secret, dict(_list_salts([salt]))[salt])
    for key in given_keys(secret):
        return key
    raise DecodeError("the secret is no key of 32 bytes", code="not_sealable")

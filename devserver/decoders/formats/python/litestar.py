"""Litestar's cookie sessions: AES-GCM; the end is readable without a key, and authenticated.

base64(12 bytes nonce, ciphertext, "additional_authenticated_data=", {"expires_at": …})
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.cookies.chunk_rules import LITESTAR
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    joined_first,
    open_bundle,
    split_value,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.aes import KEY_SIZES, TAG, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.text import to_utf8, unquote_cookie
from session_inspector.devserver.decoders.traits import Traits

NONCE = 12
MARK = b"additional_authenticated_data="
ENDS = "expires_at"
TAIL = 160
"""Characters of the base64 in which the mark stands."""
WHY = "base64 that ends with additional_authenticated_data= and expires_at, as Litestar writes"
WRONG = "AES-GCM refuses the key, or a part was changed"
AS_TEXT = 10
"""Chunks that Litestar joins in their order: it sorts names as text, `-10` before `-2`."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    nonce: bytes
    text: bytes
    data: bytes
    """What is authenticated beside the text: JSON with the end."""
    ends: Seconds | None


class LitestarDecoder:
    """`session`, or `session-0`, `session-1`, … where it is long."""

    name = "litestar"
    traits = Traits(
        json="strict",
        reads="last",
        cookie_names=("session",),
        chunks=LITESTAR,
        clock_members=frozenset({ENDS}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim what has Litestar's mark before its end."""
        return strongest(_claim_bundle(one) for one in _bundles(cookies))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        bundle = choose(_bundles(material.cookies), _claim_bundle)
        return open_bundle(bundle, lambda value: _open(bundle, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session."""
        data = compact_json({ENDS: int(found.expires or 0)})
        nonce = os.urandom(NONCE)
        try:
            sealed = AESGCM(to_utf8(secrets[0])).encrypt(nonce, compact_json(found.payload), data)
        except ValueError as error:
            raise DecodeError(
                "the secret has not the length of a key", code="not_sealable"
            ) from error
        value = to_base64(nonce + sealed + MARK + data)
        return split_value(found.cookies, value, LITESTAR)


def _bundles(cookies: CookieGroup) -> list[Bundle]:
    plain = {name: unquote_cookie(value) for name, value in cookies.items()}
    return joined_first(plain, LITESTAR)


def _claim_bundle(bundle: Bundle) -> Claim | None:
    """Look at the end only: the mark is there at one of three places of the base64."""
    value = bundle.value
    if len(value) % 4 or MARK not in (from_base64(value[-TAIL:]) or b""):
        return NOT_MINE
    return looks_like(WHY)


def _split(value: str) -> _Sealed | None:
    raw = from_base64(value) or b""
    sealed, mark, data = raw.rpartition(MARK)
    found = parse_object(data)
    if not mark or found is None or len(sealed) < NONCE + TAG:
        return None
    return _Sealed(sealed[:NONCE], sealed[NONCE:], data, to_number(found.get(ENDS)))


def _open(bundle: Bundle, value: str, material: Material) -> Decoded:
    sealed = _split(value)
    if sealed is None:
        raise DecodeError("it was cut: nonce, text or expires_at is missing", code="truncated")
    raw, index = with_any_secret(
        material.secrets,
        lambda secret: _decrypt(sealed, secret),
        WRONG,
        readable=lambda: {ENDS: sealed.ends},
    )
    payload = parse_object(raw)
    if payload is None:
        raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
    notes: tuple[str, ...] = ()
    if len(bundle.parts) > AS_TEXT:
        notes = (
            f"{len(bundle.parts)} chunks: Litestar sorts their names as text, -10 before -2, and"
            " reads nothing from more than ten",
        )
    return Decoded(
        format="Litestar",
        cookies=tuple(bundle.names),
        payload=payload,
        key_index=index,
        size=len(value),
        notes=notes,
    ).with_end(sealed.ends, "expires_at in it", material.now)


def _decrypt(sealed: _Sealed, secret: str) -> bytes | None:
    key = to_utf8(secret)
    if len(key) not in KEY_SIZES:
        return None
    return decrypt_gcm(key, sealed.nonce, sealed.text, sealed.data)

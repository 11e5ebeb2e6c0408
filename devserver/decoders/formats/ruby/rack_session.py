"""Rack::Session::Cookie, versions 1 (AES-256-CTR and HMAC) and 2 (AES-256-GCM) of its encryptor.

    01, 32 bytes salt, 16 bytes IV, text, HMAC-SHA256          base64url
    02, 32 bytes salt, 12 bytes IV, 16 bytes tag, text

What is inside is padded, and JSON or Ruby's Marshal, which is shown and never loaded.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import TAG, decrypt_ctr, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.content import write_content
from session_inspector.devserver.decoders.traits import Traits

NAME = "rack.session"
START = re.compile(r"A[Q-Za-v]")
"""How base64 starts whose first byte is 1 or 2."""
SALT = 33
"""Where the salt ends, behind the version."""
V1_IV = 49
V1_DIGEST = 32
V2_IV = 45
V2_TAG = 61
CIPHER_KEY = 32
SHORTEST_V1 = 64
MARSHAL = b"\x04\x08"
WHY = "base64url of a version, a salt and a sealed text, as Rack::Session seals"
WRONG = "its MAC is of another secret or cookie name, or a part was changed"
SHOWN = "Ruby's Marshal: shown in base64, never loaded"


class RackSessionDecoder:
    """`rack.session` of Sinatra, Hanami, Roda; the cookie's name is bound as its purpose."""

    name = "rack-session"
    traits = Traits(
        json="lenient",
        reads="first",
        cookie_names=(NAME,),
        visitor_members=frozenset({"session_id", "csrf", "tracking", "flash"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a version and sizes: for sure under its name only, the rest looks random."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        raw = from_base64url(value)
        if raw is None or _version_of(raw) == 0:
            raise DecodeError("it has not the parts of a sealed session", code="truncated")
        names = list(dict.fromkeys((name, *material.salts, NAME, "")))
        found, index = with_any_secret(
            material.secrets, lambda secret: _open(raw, secret, names), WRONG
        )
        payload, notes = _read(found.text)
        if found.purpose not in (name, *material.salts, ""):
            raise DecodeError(
                f"it was made under the cookie name {found.purpose!r}: Rack reads nothing under"
                " another",
                code="wrong_name",
                payload=payload,
                cookie_name=found.purpose,
            )
        return Decoded(
            format=f"Rack::Session v{raw[0]}",
            cookies=(name,),
            payload=payload,
            key_index=index,
            size=len(value),
            session_id=str(payload.get("session_id") or ""),
            salt=found.purpose,
            header={"version": raw[0]},
            content=_unpad(found.text),
            notes=(*notes, "it holds no time: only Max-Age ends it"),
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; Marshal as it was. Raises: DecodeError."""
        content = write_content(found, found.payload, lambda raw: _read_content(raw)[0])
        raw = _encrypt(_pad(content), found.header.get("version") == 1, secrets[0], found.salt)
        return {found.cookies[0]: urlsafe_b64encode(raw).decode()}


@dataclass(frozen=True, slots=True)
class _Opened:
    text: bytes
    purpose: str


def _open(raw: bytes, secret: str, names: Sequence[str]) -> _Opened | None:
    """Return the text with the purpose that fits."""
    key = to_utf8(secret)
    for purpose in names:
        for text in _decrypt(raw, key, purpose):
            return _Opened(text, purpose)
    return None


def _decrypt(raw: bytes, key: bytes, purpose: str) -> Iterator[bytes]:
    """Yield the text where key and purpose fit."""
    subkey = mac(key[:CIPHER_KEY], raw[1:SALT])
    if _version_of(raw) == 2 and len(key) >= CIPHER_KEY:
        text = decrypt_gcm(
            subkey,
            raw[SALT:V2_IV],
            raw[V2_TAG:] + raw[V2_IV:V2_TAG],
            raw[:SALT] + to_utf8(purpose),
        )
        if text is not None:
            yield text
    elif _version_of(raw) == 1 and len(key) >= SHORTEST_V1:
        digest = mac(key[CIPHER_KEY:], raw[:-V1_DIGEST] + to_utf8(purpose))
        if is_same(digest, raw[-V1_DIGEST:]):
            yield decrypt_ctr(subkey, raw[SALT:V1_IV], raw[V1_IV:-V1_DIGEST])


def _encrypt(text: bytes, is_first: bool, secret: str, purpose: str) -> bytes:
    """Return what version 1 or 2 makes of a padded text. Raises: DecodeError (not_sealable)."""
    key = to_utf8(secret)
    if len(key) < (SHORTEST_V1 if is_first else CIPHER_KEY):
        raise DecodeError("the secret is too short for Rack::Session", code="not_sealable")
    salt = os.urandom(CIPHER_KEY)
    subkey = mac(key[:CIPHER_KEY], salt)
    if is_first:
        iv = os.urandom(V1_IV - SALT)
        sealed = b"\x01" + salt + iv + decrypt_ctr(subkey, iv, text)
        return sealed + mac(key[CIPHER_KEY:], sealed + to_utf8(purpose))
    iv = os.urandom(V2_IV - SALT)
    head = b"\x02" + salt
    sealed = AESGCM(subkey).encrypt(iv, text, head + to_utf8(purpose))
    return head + iv + sealed[-TAG:] + sealed[:-TAG]


def _pad(content: bytes) -> bytes:
    """Return a content behind random bytes, so many that its length tells little."""
    size = -(len(content) + 2) % CIPHER_KEY
    return size.to_bytes(2, "little") + os.urandom(size) + content


def _unpad(text: bytes) -> bytes:
    return text[2 + int.from_bytes(text[:2], "little") :]


def _version_of(raw: bytes) -> int:
    """Return 1 or 2, 0 for what is too short or of another version."""
    if raw[:1] == b"\x01" and len(raw) > V1_IV + V1_DIGEST + 2:
        return 1
    if raw[:1] == b"\x02" and len(raw) > V2_TAG + 2:
        return 2
    return 0


def _read(text: bytes) -> tuple[JsonObject, tuple[str, ...]]:
    """Return (session, notes) of a padded text. Raises: DecodeError (not_a_session)."""
    return _read_content(_unpad(text))


def _read_content(content: bytes) -> tuple[JsonObject, tuple[str, ...]]:
    found = parse_object(content)
    if found is not None:
        return found, ()
    if content.startswith(MARSHAL):
        return {"__marshal__": to_base64(content)}, (SHOWN,)
    raise DecodeError("it opens, but holds neither JSON nor Marshal", code="not_a_session")


def _claim_cookie(name: str, value: str) -> Claim | None:
    if not START.match(value) or _version_of(from_base64url(value) or b"") == 0:
        return NOT_MINE
    if name == NAME:
        return looks_like(f"named {NAME}, and {WHY}")
    return could_be(WHY, 0.2)

"""Fe26.2 seals: AES-256-CBC with an HMAC over all fields, each with a key of its own salt.

hapi's iron takes AES-128-CTR as well (`encryption.algorithm`); the seal does not name its cipher.

    Fe26.2 * password id * salt * iv * ciphertext * end * salt of the HMAC * HMAC

Libraries differ in the rounds of the key derivation: 1 (hapi, iron-session, h3 1), 8192 (h3 2).
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.aes import (
    decrypt_cbc,
    decrypt_ctr,
    encrypt_cbc,
    encrypt_ctr,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac

PREFIX = "Fe26.2"
FIELDS = 8
FEW = 1
"""Rounds of iron."""
MANY = 8192
"""Rounds of h3 2."""
CBC_KEY = 32
CTR_KEY = 16
"""Bytes of the keys of AES-256-CBC and AES-128-CTR."""
DIGEST = 43
"""Characters of its HMAC."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
SKEW = 60
"""Seconds past its end at which a seal is still taken."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The fields of a seal."""

    fields: Sequence[str]

    @property
    def password_id(self) -> str:
        """Which of its passwords sealed it; empty where the application has one."""
        return self.fields[1]

    @property
    def ends(self) -> float | None:
        """Unix seconds, None for a seal without end."""
        text = self.fields[5]
        if text.isascii() and text.isdigit() and len(text) < 18:
            return int(text) / 1000
        return None

    def unseal(self, password: str, rounds: int) -> bytes | None:
        """Return what is inside, None for another password or other rounds."""
        mac_salt, digest = self.fields[6:]
        key = pbkdf2("sha1", password, mac_salt, rounds, 32)
        expected = mac(key, "*".join(self.fields[:6]))
        if not is_same(to_base64url(expected), digest):
            return None
        inside = self._decrypt_cbc(password, rounds)
        if inside is None:
            return self._decrypt_ctr(password, rounds)
        return inside

    def is_ctr(self, password: str, rounds: int) -> bool:
        """Check whether what a password opens is AES-128-CTR's."""
        return self._decrypt_cbc(password, rounds) is None

    def _decrypt_cbc(self, password: str, rounds: int) -> bytes | None:
        salt, iv, sealed = self.fields[2:5]
        key = pbkdf2("sha1", password, salt, rounds, CBC_KEY)
        return decrypt_cbc(key, from_base64url(iv), from_base64url(sealed))

    def _decrypt_ctr(self, password: str, rounds: int) -> bytes:
        salt, iv, sealed = self.fields[2:5]
        key = pbkdf2("sha1", password, salt, rounds, CTR_KEY)
        return decrypt_ctr(key, from_base64url(iv) or b"", from_base64url(sealed) or b"")


def is_seal(value: str) -> bool:
    """Check that a value starts as a seal."""
    return value.startswith(f"{PREFIX}*")


def split_seal(text: str) -> Seal:
    """Return the fields of a seal. Raises: DecodeError (truncated)."""
    fields = text.split("*")
    if len(fields) != FIELDS:
        raise DecodeError(
            f"a seal has eight parts, this has {len(fields)}: it was cut", code="truncated"
        )
    digest = fields[-1]
    if len(digest) < DIGEST or not _BASE64URL.fullmatch(digest):
        raise DecodeError(
            f"it was cut: its last part is no HMAC of {DIGEST} characters", code="truncated"
        )
    return Seal(fields)


def make_seal(
    payload: bytes,
    password: str,
    *,
    ends: float | None,
    password_id: str,
    rounds: int,
    is_ctr: bool = False,
) -> str:
    """Return a seal; `ends` in Unix seconds, None: never."""
    salt = os.urandom(32).hex()
    mac_salt = os.urandom(32).hex()
    iv = os.urandom(16)
    if is_ctr:
        sealed = encrypt_ctr(pbkdf2("sha1", password, salt, rounds, CTR_KEY), iv, payload)
    else:
        sealed = encrypt_cbc(pbkdf2("sha1", password, salt, rounds, CBC_KEY), iv, payload)
    end = ""
    if ends is not None:
        end = str(round(ends * 1000))
    start = f"{PREFIX}*{password_id}*{salt}"
    base = f"{start}*{to_base64url(iv)}*{to_base64url(sealed)}*{end}"
    digest = to_base64url(mac(pbkdf2("sha1", password, mac_salt, rounds, 32), base))
    return f"{base}*{mac_salt}*{digest}"

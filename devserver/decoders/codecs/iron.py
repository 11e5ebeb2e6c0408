"""Fe26.2 seals: AES-256-CBC with an HMAC over all fields, each with a key of its own salt.

    Fe26.2 * password id * salt * iv * ciphertext * end * salt of the HMAC * HMAC

Libraries differ in the rounds of the key derivation: 1 (hapi, iron-session, h3 1), 8192 (h3 2).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.aes import decrypt_cbc, encrypt_cbc
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac

PREFIX = "Fe26.2"
FIELDS = 8
FEW = 1
"""Rounds of iron."""
MANY = 8192
"""Rounds of h3 2."""
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
        _, _, salt, iv, sealed, _, mac_salt, digest = self.fields
        key = pbkdf2("sha1", password, mac_salt, rounds, 32)
        expected = mac(key, "*".join(self.fields[:6]))
        if not is_same(to_base64url(expected), digest):
            return None
        key = pbkdf2("sha1", password, salt, rounds, 32)
        return decrypt_cbc(key, from_base64url(iv), from_base64url(sealed))


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
    return Seal(fields)


def make_seal(
    payload: bytes, password: str, *, ends: float | None, password_id: str, rounds: int
) -> str:
    """Return a seal; `ends` in Unix seconds, None: never."""
    salt = os.urandom(32).hex()
    mac_salt = os.urandom(32).hex()
    iv = os.urandom(16)
    sealed = encrypt_cbc(pbkdf2("sha1", password, salt, rounds, 32), iv, payload)
    end = ""
    if ends is not None:
        end = str(round(ends * 1000))
    start = f"{PREFIX}*{password_id}*{salt}"
    base = f"{start}*{to_base64url(iv)}*{to_base64url(sealed)}*{end}"
    digest = to_base64url(mac(pbkdf2("sha1", password, mac_salt, rounds, 32), base))
    return f"{base}*{mac_salt}*{digest}"

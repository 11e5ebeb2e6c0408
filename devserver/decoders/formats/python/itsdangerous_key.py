"""How itsdangerous signs: a key derived from secret and salt, and an HMAC of one digest.

Its signature's length shows the digest; the derivation is an option that nothing shows.
https://itsdangerous.palletsprojects.com/en/stable/signer/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8

DIGESTS = {27: "sha1", 38: "sha224", 43: "sha256", 64: "sha384", 86: "sha512"}
"""By the characters of a signature in base64url."""
HMAC = "hmac"
"""What Flask derives with."""
DJANGO_CONCAT = "django-concat"
"""What a Signer and its serializers derive with by default."""
CONCAT = "concat"
NONE = "none"
OTHERS = (DJANGO_CONCAT, CONCAT, NONE)
SERIALIZER_SALT = "itsdangerous"
"""The salt of a serializer that was given none."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What a text was signed with, beside the secret."""

    salt: str
    derivation: str = HMAC
    digest: str = "sha1"

    def sign(self, text: str, secret: str) -> str:
        """Return the signature of a text in base64url."""
        return to_base64url(mac(self._derive(to_utf8(secret)), text, self.digest))

    def _derive(self, secret: bytes) -> bytes:
        salt = to_utf8(self.salt)
        match self.derivation:
            case "hmac":
                return mac(secret, salt, self.digest)
            case "django-concat":
                return hashlib.new(self.digest, salt + b"signer" + secret).digest()
            case "concat":
                return hashlib.new(self.digest, salt + secret).digest()
            case _:
                return secret


def find_signing_key(
    text: str, signature: str, secrets: Sequence[str], salts: Sequence[str]
) -> tuple[SigningKey, int] | None:
    """Return the key that signed a text, and the index of its secret; None: none of them did.

    Flask's own derivation comes first, with every secret: the others are rare.
    """
    digest = DIGESTS[len(signature)]
    usual = [SigningKey(salt, HMAC, digest) for salt in salts]
    rare = [
        SigningKey(salt, derivation, digest)
        for derivation in OTHERS
        for salt in (*salts, SERIALIZER_SALT)
    ]
    rare.append(SigningKey(SERIALIZER_SALT, HMAC, digest))
    for keys in (usual, rare):
        for index, secret in enumerate(secrets):
            found = _first_that_signs(keys, text, signature, secret)
            if found is not None:
                return found, index
    return None


def _first_that_signs(
    keys: Iterable[SigningKey], text: str, signature: str, secret: str
) -> SigningKey | None:
    return next((key for key in keys if is_same(key.sign(text, secret), signature)), None)

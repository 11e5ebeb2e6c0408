"""AES as cookies use it: CBC with PKCS #7 padding, GCM, and CTR."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK = 16
KEY_SIZES = (16, 24, 32)
"""Bytes of an AES key."""
TAG = 16
"""Bytes that GCM puts behind the ciphertext."""


def encrypt_cbc(key: bytes, iv: bytes, text: bytes) -> bytes:
    """Return the ciphertext of a padded text."""
    padder = PKCS7(8 * BLOCK).padder()
    padded = padder.update(text) + padder.finalize()
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return cipher.update(padded) + cipher.finalize()


def decrypt_cbc(key: bytes, iv: bytes | None, sealed: bytes | None) -> bytes | None:
    """Return the text, None where sizes or padding are not right."""
    if not iv or not sealed or len(iv) != BLOCK or len(sealed) % BLOCK:
        return None
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(8 * BLOCK).unpadder()
    try:
        padded = cipher.update(sealed) + cipher.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        return None


def encrypt_ctr(key: bytes, iv: bytes, text: bytes) -> bytes:
    """Return the ciphertext of a text: a keystream works both ways."""
    return decrypt_ctr(key, iv, text)


def decrypt_gcm(key: bytes, nonce: bytes, sealed: bytes, data: bytes | None = None) -> bytes | None:
    """Return the text, None when the key does not open it; the tag is the end of `sealed`.

    `data`: what is authenticated beside it.
    """
    try:
        return AESGCM(key).decrypt(nonce, sealed, data)
    except (InvalidTag, ValueError):
        return None


def decrypt_ctr(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    """Return what a keystream makes of a text: with the wrong key noise; b"" for a wrong IV."""
    if len(iv) != BLOCK:
        return b""
    cipher = Cipher(algorithms.AES(key), modes.CTR(iv)).decryptor()
    return cipher.update(sealed) + cipher.finalize()

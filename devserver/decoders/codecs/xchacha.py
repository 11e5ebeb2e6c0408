"""XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) over the ChaCha20-Poly1305 of `cryptography`."""

from __future__ import annotations

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY = 32
NONCE = 24
CONSTANT = b"expand 32-byte k"
WORD = 1 << 32


def open_xchacha(key: bytes, nonce: bytes, sealed: bytes, data: bytes) -> bytes | None:
    """Return the text, None when the key does not open it; the tag is the end of `sealed`."""
    if len(key) != KEY or len(nonce) != NONCE:
        return None
    try:
        cipher = ChaCha20Poly1305(derive_subkey(key, nonce[:16]))
        return cipher.decrypt(bytes(4) + nonce[16:], sealed, data)
    except (InvalidTag, ValueError):
        return None


def seal_xchacha(key: bytes, nonce: bytes, text: bytes, data: bytes) -> bytes:
    """Return the ciphertext, the tag at its end."""
    cipher = ChaCha20Poly1305(derive_subkey(key, nonce[:16]))
    return cipher.encrypt(bytes(4) + nonce[16:], text, data)


def derive_subkey(key: bytes, nonce: bytes) -> bytes:
    """Return HChaCha20 of a key and 16 bytes: ChaCha20's block less what it adds at its end."""
    cipher = Cipher(algorithms.ChaCha20(key, nonce), mode=None).encryptor()
    block = cipher.update(bytes(64))
    words = struct.unpack("<16I", block)
    added = struct.unpack("<8I", CONSTANT + nonce)
    kept = words[:4] + words[12:]
    found = [(word - start) % WORD for word, start in zip(kept, added, strict=True)]
    return struct.pack("<8I", *found)

"""NaCl's secretbox (XSalsa20 and Poly1305), for one small value at a time.

`cryptography` has Poly1305, and no Salsa20. A wrong key costs two blocks; only what the tag proves
is decrypted. https://cr.yp.to/snuffle/xsalsa-20110204.pdf
"""

from __future__ import annotations

import re
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.poly1305 import Poly1305

from session_inspector.devserver.decoders.codecs.base64_text import from_base64
from session_inspector.devserver.decoders.codecs.text import to_utf8

KEY = 32
NONCE = 24
TAG = 16
BLOCK = 64
HEXADECIMAL = re.compile(r"[0-9a-fA-F]{64}")
_MASK = 0xFFFFFFFF
_SIGMA = struct.unpack("<4I", b"expand 32-byte k")
_ROUNDS = (
    *((4, 0, 12, 7), (8, 4, 0, 9), (12, 8, 4, 13), (0, 12, 8, 18)),
    *((9, 5, 1, 7), (13, 9, 5, 9), (1, 13, 9, 13), (5, 1, 13, 18)),
    *((14, 10, 6, 7), (2, 14, 10, 9), (6, 2, 14, 13), (10, 6, 2, 18)),
    *((3, 15, 11, 7), (7, 3, 15, 9), (11, 7, 3, 13), (15, 11, 7, 18)),
    *((1, 0, 3, 7), (2, 1, 0, 9), (3, 2, 1, 13), (0, 3, 2, 18)),
    *((6, 5, 4, 7), (7, 6, 5, 9), (4, 7, 6, 13), (5, 4, 7, 18)),
    *((11, 10, 9, 7), (8, 11, 10, 9), (9, 8, 11, 13), (10, 9, 8, 18)),
    *((12, 15, 14, 7), (13, 12, 15, 9), (14, 13, 12, 13), (15, 14, 13, 18)),
)
"""Of a double round: (changed word, first and second summand, bits it is rotated by)."""


def open_secretbox(sealed: bytes, nonce: bytes, key: bytes) -> bytes | None:
    """Return the text, None when the key does not open it; the tag comes first."""
    if len(sealed) < TAG or len(nonce) != NONCE or len(key) != KEY:
        return None
    subkey = _derive_subkey(key, nonce)
    first = _make_block(subkey, nonce[16:], 0)
    try:
        Poly1305.verify_tag(first[:KEY], sealed[TAG:], sealed[:TAG])
    except InvalidSignature:
        return None
    return _apply_stream(subkey, nonce, first, sealed[TAG:])


def make_secretbox(text: bytes, nonce: bytes, key: bytes) -> bytes:
    """Return the tag and the ciphertext of a text."""
    subkey = _derive_subkey(key, nonce)
    first = _make_block(subkey, nonce[16:], 0)
    sealed = _apply_stream(subkey, nonce, first, text)
    return Poly1305.generate_tag(first[:KEY], sealed) + sealed


def _apply_stream(subkey: bytes, nonce: bytes, first: bytes, text: bytes) -> bytes:
    """Return a text combined with the key stream; its first 32 bytes are Poly1305's key."""
    blocks = [first]
    for counter in range(1, (len(text) + KEY) // BLOCK + 1):
        blocks.append(_make_block(subkey, nonce[16:], counter))
    stream = b"".join(blocks)[KEY : KEY + len(text)]
    mixed = int.from_bytes(stream, "little") ^ int.from_bytes(text, "little")
    return mixed.to_bytes(len(text), "little")


def _make_block(key: bytes, nonce: bytes, counter: int) -> bytes:
    start = _arrange(key, nonce + struct.pack("<Q", counter))
    words = _mix(start)
    summed = [(word + other) & _MASK for word, other in zip(words, start, strict=True)]
    return struct.pack("<16I", *summed)


def _derive_subkey(key: bytes, nonce: bytes) -> bytes:
    """Return HSalsa20's key: half of the words of a block that nothing is added to."""
    words = _mix(_arrange(key, nonce[:16]))
    return struct.pack("<8I", *(words[at] for at in (0, 5, 10, 15, 6, 7, 8, 9)))


def _arrange(key: bytes, middle: bytes) -> list[int]:
    one = struct.unpack("<8I", key)
    two = struct.unpack("<4I", middle)
    return [
        *(_SIGMA[0], *one[:4], _SIGMA[1]),
        *(*two, _SIGMA[2]),
        *(*one[4:], _SIGMA[3]),
    ]


def _mix(start: list[int]) -> list[int]:
    words = [*start]
    for _ in range(10):
        for at, one, two, bits in _ROUNDS:
            total = (words[one] + words[two]) & _MASK
            words[at] ^= ((total << bits) & _MASK) | (total >> (32 - bits))
    return words


def given_keys(secret: str) -> list[bytes]:
    """Return the keys that a secret can be: hexadecimal, base64, 32 characters."""
    found = [to_utf8(secret), from_base64(secret)]
    if HEXADECIMAL.fullmatch(secret):
        found.append(bytes.fromhex(secret))
    return [key for key in found if key is not None and len(key) == KEY]

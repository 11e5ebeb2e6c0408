"""AES opens what it sealed, and returns None for sizes, padding and keys that do not fit."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.decoders.codecs.aes import decrypt_cbc, decrypt_gcm, encrypt_cbc

KEY = bytes(32)
IV = bytes(16)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17])
def test_cbc_opens_what_it_sealed(size: int) -> None:
    sealed = encrypt_cbc(KEY, IV, b"x" * size)
    assert len(sealed) % 16 == 0
    assert decrypt_cbc(KEY, IV, sealed) == b"x" * size


@pytest.mark.parametrize(
    ("iv", "sealed"),
    [(None, b"x" * 16), (IV, None), (b"", b""), (bytes(12), b"x" * 16), (IV, b"x" * 15)],
)
def test_cbc_with_wrong_sizes_is_none(iv: bytes | None, sealed: bytes | None) -> None:
    assert decrypt_cbc(KEY, iv, sealed) is None


def test_cbc_with_wrong_padding_is_none() -> None:
    assert decrypt_cbc(bytes([1]) * 32, IV, encrypt_cbc(KEY, IV, b"text")) is None


def test_gcm_refuses_other_keys_and_keys_of_no_size() -> None:
    sealed = AESGCM(KEY).encrypt(bytes(12), b"text", None)
    assert decrypt_gcm(KEY, bytes(12), sealed) == b"text"
    assert decrypt_gcm(bytes([1]) * 32, bytes(12), sealed) is None
    assert decrypt_gcm(b"short", bytes(12), sealed) is None
    assert decrypt_gcm(KEY, b"", sealed) is None

"""XChaCha20-Poly1305 by the example of its draft."""

from __future__ import annotations

from session_inspector.devserver.decoders.codecs.xchacha import derive_subkey, open_xchacha

KEY = bytes(range(32))
NONCE = bytes.fromhex("000000090000004a0000000031415927")
SUBKEY = "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"


def test_the_subkey_is_that_of_the_draft() -> None:
    """draft-irtf-cfrg-xchacha-03 §2.2.1."""
    assert derive_subkey(KEY, NONCE).hex() == SUBKEY


def test_another_size_or_text_is_not_opened() -> None:
    assert open_xchacha(KEY, bytes(12), bytes(32), b"") is None
    assert open_xchacha(KEY, bytes(24), bytes(32), b"") is None
    assert open_xchacha(KEY[:16], bytes(24), bytes(32), b"") is None

"""Data Protection by the examples of its documentation ("Context headers")."""

from __future__ import annotations

import pytest

from session_inspector.devserver.decoders.codecs.data_protection import (
    context_header,
    describe_purposes,
    read_keys,
)

AES_192_CBC = (
    "0000000000180000001000000020000000 20f474b1872b3b53e4721de19c0841db6f"
    "d4791184b996092ee1202f36e8608fa8fbd98abdff5402f264b1d7211536220c"
).replace(" ", "")
AES_256_GCM = "0001000000200000000c0000001000000010e7dcce66df855a323a6bb7bd7a59be45"


def test_context_headers_are_those_of_the_documentation() -> None:
    assert context_header(24, "CBC", "sha256").hex() == AES_192_CBC
    assert context_header(32, "GCM", "sha256").hex() == AES_256_GCM


def test_purposes_are_counted_and_have_their_lengths() -> None:
    assert describe_purposes(b"head", ["ab", "x" * 200]) == (
        b"head\x00\x00\x00\x02\x02ab\xc8\x01" + b"x" * 200
    )


@pytest.mark.parametrize("xml", ["", "a secret", "<key>", "<key id=''></key>", "<key " * 5000])
def test_what_is_no_key_is_left_out(xml: str) -> None:
    assert read_keys(xml) == []


def test_keys_of_a_ring_are_read_and_an_encrypted_one_is_left_out() -> None:
    one = (
        '<key id="4a1f5c0e-7d2b-4b8e-9f43-2c6d8e0a1b3c" version="1"><descriptor>'
        '<encryption algorithm="AES_128_GCM" /><masterKey>'
        "<value>AAECAwQFBgcICQoLDA0ODxAREhM=</value></masterKey></descriptor></key>"
    )
    sealed = '<key id="5a1f5c0e-7d2b-4b8e-9f43-2c6d8e0a1b3c"><encryptedSecret/></key>'
    (key,) = read_keys(f"<repository>{one}{sealed}</repository>")
    assert (key.id[:8], key.size, key.mode, key.master) == ("4a1f5c0e", 16, "GCM", bytes(range(20)))
    assert key.cipher == "AES-128-GCM"

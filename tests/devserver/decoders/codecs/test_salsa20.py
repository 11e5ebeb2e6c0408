"""Secretbox opens what libsodium sealed (tests/vectors/js), and nothing that was changed."""

from __future__ import annotations

from session_inspector.devserver.decoders.codecs.salsa20 import make_secretbox, open_secretbox

KEY = bytes.fromhex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")
NONCE = bytes.fromhex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
TEXT = bytes.fromhex(
    "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c6129"
    "6cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
    "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705"
)
SEALED = bytes.fromhex(
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186a"
    "c0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae"
    "90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74"
    "e355a5"
)


def test_the_vector_of_nacl_itself() -> None:
    assert make_secretbox(TEXT, NONCE, KEY) == SEALED
    assert open_secretbox(SEALED, NONCE, KEY) == TEXT


def test_what_was_changed_or_has_another_size_opens_nowhere() -> None:
    changed = SEALED[:-1] + bytes([SEALED[-1] ^ 1])
    assert open_secretbox(changed, NONCE, KEY) is None
    assert open_secretbox(SEALED, NONCE, bytes(32)) is None
    assert open_secretbox(SEALED, NONCE[:-1], KEY) is None
    assert open_secretbox(SEALED[:15], NONCE, KEY) is None


def test_any_length_is_opened_again() -> None:
    for size in (0, 1, 31, 32, 33, 63, 64, 95, 96, 97, 4096):
        text = bytes(range(256)) * 16
        sealed = make_secretbox(text[:size], NONCE, KEY)
        assert open_secretbox(sealed, NONCE, KEY) == text[:size]

"""Signed ids: bound to the cookie's name, opened by any secret of the ring."""

from __future__ import annotations

from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.cookies.signed import sign_value, verify_signed

OLD = "an-old-secret-of-thirty-two-bytes!"
NEW = "a-new-secret-of-thirty-two-bytes!!"


def signed(name: str, value: str, secret: str) -> str:
    return sign_value(name, value, next(iter(KeyRing([secret]).signing_keys)))


def test_any_secret_of_the_ring_verifies() -> None:
    text = signed("appSession", "id", OLD)
    assert verify_signed("appSession", text, KeyRing([NEW, OLD])) == "id"
    assert verify_signed("appSession", text, KeyRing([NEW])) is None


def test_a_signature_counts_for_its_cookie_and_its_value_only() -> None:
    text = signed("appSession", "id", NEW)
    ring = KeyRing([NEW])
    assert verify_signed("other", text, ring) is None
    assert verify_signed("appSession", f"x{text}", ring) is None
    assert verify_signed("appSession", "id", ring) is None
    assert verify_signed("appSession", "", ring) is None


def test_what_follows_a_second_dot_does_not_count_as_in_the_sdk() -> None:
    text = signed("appSession", "id", NEW)
    assert verify_signed("appSession", f"{text}.more", KeyRing([NEW])) == "id"

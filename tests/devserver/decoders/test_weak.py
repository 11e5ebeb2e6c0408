"""The list of well-known secrets is small, and names each once."""

from __future__ import annotations

from session_inspector.devserver.decoders.weak import WELL_KNOWN


def test_each_is_tried_once() -> None:
    assert len(set(WELL_KNOWN)) == len(WELL_KNOWN) < 200


def test_defaults_of_frameworks_are_among_them() -> None:
    assert {"keyboard cat", "secret", "changeme", "your-256-bit-secret"} <= set(WELL_KNOWN)


def test_defaults_of_the_newer_families_are_among_them() -> None:
    assert {
        "better-auth-secret-12345678901234567890",
        "80d42cfb-1cd2-462c-8f17-e3237d9027e9",
        "averylogphrasebiggerthanthirtytwochars",
        "PLEASE-CHANGE-ME-I-AM-VERY-INSECURE",
        "__TODO:_GENERATE_YOUR_OWN_RANDOM_VALUE_HERE__",
        "-- LONG STRING WITH AT LEAST 64 BYTES --",
        "insecure_session_secret",
    } <= set(WELL_KNOWN)

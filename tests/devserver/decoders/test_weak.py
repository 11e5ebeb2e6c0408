"""The list of well-known secrets is small, and names each once."""

from __future__ import annotations

from session_inspector.devserver.decoders.weak import WELL_KNOWN


def test_each_is_tried_once() -> None:
    assert len(set(WELL_KNOWN)) == len(WELL_KNOWN) < 200


def test_defaults_of_frameworks_are_among_them() -> None:
    assert {"keyboard cat", "secret", "changeme", "your-256-bit-secret"} <= set(WELL_KNOWN)

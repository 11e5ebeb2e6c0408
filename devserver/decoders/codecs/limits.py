"""What a session cookie may unpack to."""

from __future__ import annotations

LARGEST = 4_000_000
"""Bytes that may come out of a compressed or packed value: a bomb is no session."""
DEEPEST = 64
"""Levels of lists and objects in a packed value."""

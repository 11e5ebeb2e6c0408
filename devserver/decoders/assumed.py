"""Ends that nothing in a cookie tells: the framework's default stands for them."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Decoded


def assumed_life(found: Decoded) -> Seconds | None:
    """Return the life from its time stamp that ends a cookie by default; None: its end is told."""
    life = found.traits.stamp_life
    if life is None or found.expires is None:
        return None
    stamps = (stamp for stamp in (found.issued, found.updated) if stamp is not None)
    if any(found.expires == stamp + life for stamp in stamps):
        return life
    return None

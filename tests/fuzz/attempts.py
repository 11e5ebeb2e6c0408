"""One text handed to every decoder: only DecodeError may come out, and soon."""

from __future__ import annotations

import contextlib
from time import thread_time

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoder, Material
from session_inspector.devserver.decoders.registry import load_decoders

DECODERS = load_decoders()
SECRETS = ("pub-flask-dev-key", "a-session-secret-of-32-bytes-or-more")
SLOWEST = 0.05
"""Seconds of CPU for 100 KB: what else the machine does is not in it."""


def try_all(text: str) -> None:
    """Hand a text to every decoder, as a cookie's value and as its name.

    Raises: AssertionError when one is slow; whatever else a decoder lets out.
    """
    for name, value in (("session", text), ("__session__0", text), (text, text)):
        for decoder in DECODERS:
            material = Material(cookies={name: value}, secrets=SECRETS, now=0, rows={})
            allowed = SLOWEST * max(1, len(text) / 100_000)
            is_fast = any(_seconds(decoder, material) < allowed for _ in range(3))
            assert is_fast, f"{decoder.name} is slow"


def _seconds(decoder: Decoder, material: Material) -> float:
    start = thread_time()
    if decoder.claim(material.cookies) is not None:
        with contextlib.suppress(DecodeError):
            decoder.decode(material)
    return thread_time() - start

"""Why nobody is logged in to a session that can be read, in a sentence."""

from __future__ import annotations

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.subject import STAMPS

READABLE = ("", "no_secret", "expired")
"""Codes of cookies whose content is what the app wrote."""


def describe_visitor(content: JsonObject) -> str:
    """Return why nobody is logged in to a session that holds only what visitors get."""
    names = ", ".join(content)
    if not names:
        return "nobody is logged in: it is empty"
    return f"nobody is logged in: it holds only {names}"


def find_visitor(found: Decoded) -> str:
    """Return why nobody is logged in to what a cookie holds; empty: somebody may be."""
    is_read = found.problem in READABLE and found.payload and not found.session_id
    if found.role != "session" or not is_read or found.text:
        return ""
    if found.problem and found.payload.keys() <= STAMPS:
        return ""  # what is inside stays sealed
    if not found.traits.is_of_visitor(found.payload):
        return ""
    return describe_visitor(found.payload)

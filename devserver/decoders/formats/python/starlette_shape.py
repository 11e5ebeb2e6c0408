"""What Starlette's and starsessions' cookies look like, before a secret is tried."""

from __future__ import annotations

import re

from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    could_be,
    is_plausible_stamp,
    looks_like,
)
from session_inspector.devserver.decoders.codecs.aes import TAG
from session_inspector.devserver.decoders.codecs.base64_text import from_base64
from session_inspector.devserver.decoders.codecs.text import is_text
from session_inspector.devserver.decoders.codecs.timestamp import from_timestamp
from session_inspector.devserver.decoders.formats.python.json_style import find_style

BARE = re.compile(r"[0-9a-f]{32}")
SHAPE = re.compile(r"([A-Za-z0-9+/]*={0,2})\.([A-Za-z0-9_-]{5,8})\.([A-Za-z0-9_-]{27})")
NONCE = 12
"""Bytes before an AES-GCM ciphertext."""
FERNET_START = b"gAAAA"
SAMPLE = 256
"""Characters of the base64 that show what is in it."""
WHY = "signed JSON of itsdangerous: base64, a time stamp, an HMAC-SHA1"
WHY_SEALED = "itsdangerous' three parts, and in them what starsessions encrypts with"
STANDARD = looks_like(f"{WHY}, in standard base64", 0.95)
SPACED = looks_like(f"{WHY}; the JSON has spaces, as json.dumps writes it", 0.93)
PLAIN = looks_like(WHY, 0.6)
COMPACT = could_be(f"{WHY}; but its JSON has no spaces, and Starlette writes some", 0.6)
IN_FERNET = looks_like(f"{WHY_SEALED}: Fernet", 0.9)
IN_AES_GCM = looks_like(f"{WHY_SEALED}: AES-GCM", 0.5)
WHY_ID = "32 hexadecimal digits, as uuid4().hex makes them"


def claim_starlette(name: str, value: str) -> Claim | None:
    """Claim itsdangerous' three parts with a session or a ciphertext in them."""
    if BARE.fullmatch(value):
        return could_be(WHY_ID, 0.6 if name == "session" else 0.2)
    match = SHAPE.fullmatch(value)
    if match is None or not is_plausible_stamp(from_timestamp(match[2])):
        return NOT_MINE
    start = from_base64(match[1][:SAMPLE]) or b""
    if start.startswith((b'{"', b"{}")):
        return _claim_json(match[1], start)
    if start.startswith(FERNET_START):
        return IN_FERNET
    if len(match[1]) * 3 // 4 >= NONCE + TAG and not is_text(start):
        return IN_AES_GCM
    return NOT_MINE


def _claim_json(text: str, start: bytes) -> Claim:
    """Claim readable JSON: by its alphabet, else by the way it was written."""
    if "=" in text or "+" in text or "/" in text:
        return STANDARD
    style = find_style(start)
    if style == "spaced":
        return SPACED
    if style == "compact":
        return COMPACT
    return PLAIN

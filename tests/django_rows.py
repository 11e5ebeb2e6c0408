"""Rows of `django_session` as Django signs them."""

from __future__ import annotations

import json

from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.formats.python.django import ROW_SALT
from session_inspector.devserver.decoders.formats.python.django_signing import sign, to_base62

STAMP = 1_700_000_000


def signed_row(user: str, secret: str) -> str:
    """Return `session_data` of somebody who is logged in."""
    content = to_base64url(json.dumps({"_auth_user_id": user}).encode())
    text = f"{content}:{to_base62(STAMP)}"
    return f"{text}:{sign(text, secret, ROW_SALT)}"

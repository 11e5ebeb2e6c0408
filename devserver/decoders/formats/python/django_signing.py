"""What Django signs beside its sessions: set_signed_cookie, `messages`, signing.dumps."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase, digits

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.deflate import MARK, inflate
from session_inspector.devserver.decoders.codecs.json_text import parse_json
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8

SIGNED = re.compile(r"(.*):([0-9A-Za-z]{6}):([A-Za-z0-9_-]{43})", re.DOTALL)
"""What TimestampSigner signs, whatever it is."""
MESSAGE = "__json_message"
"""How contrib.messages marks a message in a list."""
MESSAGES_SALT = "django.contrib.messages"
DUMPS_SALT = "django.core.signing"
COOKIE_KEY = "django.http.cookies"
"""Before SECRET_KEY where set_signed_cookie and `messages` sign."""
BASE62 = digits + ascii_uppercase + ascii_lowercase
NOT_SESSION = (
    "it looks like a value that Django signed (`messages`, set_signed_cookie), no session; its"
    " SECRET_KEY verifies it"
)


def sign(text: str, secret: str, salt: str) -> str:
    """Return Django's signature: HMAC-SHA256 under SHA256(salt + "signer" + secret)."""
    key = hashlib.sha256(to_utf8(f"{salt}signer{secret}")).digest()
    return to_base64url(mac(key, text))


def from_base62(text: str) -> int:
    """Return a number of Django's base 62."""
    found = 0
    for letter in text:
        found = found * 62 + BASE62.index(letter)
    return found


def to_base62(found: int) -> str:
    """Return a number in Django's base 62."""
    text = ""
    while found:
        found, rest = divmod(found, 62)
        text = BASE62[rest] + text
    return text or "0"


def open_value(name: str, value: str, material: Material) -> Decoded:
    """Verify what is no session: `messages`, or of set_signed_cookie.

    Raises: DecodeError (not_a_session) where no secret proves whose it is.
    """
    signed, _, signature = value.rpartition(":")
    text, _, stamp = signed.rpartition(":")
    for index, secret in enumerate(material.secrets):
        for salt in (MESSAGES_SALT, name, *material.salts):
            if is_same(sign(signed, f"{COOKIE_KEY}{secret}", salt), signature):
                return Decoded(
                    format="Django (signed value)",
                    role="token",
                    cookies=(name,),
                    payload={"value": text},
                    key_index=index,
                    size=len(value),
                    signed_text="" if salt == MESSAGES_SALT else text,  # that is no id
                    salt=salt,
                    issued=float(from_base62(stamp)),
                )
    raise DecodeError(NOT_SESSION, code="not_a_session", payload=_read_messages(text))


def _read_messages(text: str) -> JsonObject | None:
    """Return what `messages` holds, which anybody can read; None for any other value."""
    try:
        raw = from_base64url(text.removeprefix(MARK)) or b""
        found = parse_json(inflate(raw) if text.startswith(MARK) else raw)
    except (ValueError, DecodeError):
        return None
    if not isinstance(found, list) or not found or not all(map(_is_message, found)):
        return None
    return {"messages": found}


def _is_message(item: Json) -> bool:
    return isinstance(item, list) and item[:1] == [MESSAGE]


def seal_value(found: Decoded, secret: str) -> str:
    """Return the text of set_signed_cookie or `messages`, signed anew."""
    signed = f"{found.payload['value']}:{to_base62(int(found.issued or 0))}"
    return f"{signed}:{sign(signed, f'{COOKIE_KEY}{secret}', found.salt)}"


def describe_dumped(found: Decoded) -> Decoded:
    """Return what signing.dumps signed: a token, whose end only its reader knows."""
    return replace(
        found,
        format="Django (signed value)",
        role="token",
        notes=("what django.core.signing.dumps signs; no session by its salt",),
    )

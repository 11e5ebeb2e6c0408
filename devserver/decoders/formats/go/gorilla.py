"""gorilla/securecookie and gorilla/sessions, Ory Kratos: stamp, content and HMAC-SHA256.

The content is gob (shown as structure), JSON or an app's own bytes, and may be encrypted with a
second key (AES-CTR). The HMAC binds the cookie's name.
"""

from __future__ import annotations

import hashlib
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject, Seconds, fingerprint
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    stamp_end,
    with_any_name,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import BLOCK, KEY_SIZES, decrypt_ctr
from session_inspector.devserver.decoders.codecs.base64_text import check_padding, from_base64url
from session_inspector.devserver.decoders.codecs.json_text import parse_json
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.serialised.gob import is_gob, read_gob
from session_inspector.devserver.decoders.codecs.text import is_text, to_utf8
from session_inspector.devserver.decoders.content import find_key, write_content
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 2_592_000
"""30 days: securecookie's own limit, and gorilla/sessions' Max-Age."""
INSIDE = re.compile(rb"([0-9]{10})\|([A-Za-z0-9_-]+={0,2})\|(.{32})", re.DOTALL)
DIGIT_START = re.compile(r"M[Tjz]|ND")
"""How base64 starts whose first byte is a digit from 1 to 4."""
CSRF_NAME = "_gorilla_csrf"
KRATOS = "ory_kratos_session"
NAMES = (
    "session",
    "session-name",
    KRATOS,
    "_session",
    "mysession",
    "app",
    "cookie-name",
    "auth-session",
    "sessionid",
)
"""Names of documentation and programs: the HMAC binds one of them."""
WHY = "base64url of a time stamp, base64url and 32 bytes of HMAC-SHA256, as securecookie writes"
WRONG = "its HMAC is of another hash key or cookie name, or stamp or content was changed"
SEALED = "the content is encrypted (AES-CTR): its block key is needed, as a further secret"
SHORTEST_TEXT = 8
"""Characters of a text that is taken for one: fewer may be noise."""


@dataclass(frozen=True, slots=True)
class _Parts:
    stamp: Seconds
    content: bytes
    signed: bytes
    """What is signed behind the name."""
    digest: bytes


class GorillaDecoder:
    """Any cookie of securecookie."""

    name = "gorilla"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=NAMES,
        stamp_life=MAX_AGE,
        is_issued_anew=True,
        visitor_members=frozenset({"_flash"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the three parts inside base64url."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        parts = _split(value)
        if parts is None:
            raise DecodeError("it has not the three parts of a securecookie", code="truncated")
        check_padding(value, "Go's decoder")
        if name == CSRF_NAME:
            raise DecodeError("gorilla/csrf's token, no session", code="not_a_session")
        check = _check(name, parts, material)
        signed_name = check.salt
        content = _read_content(parts.content, material.secrets)
        found = Decoded(
            format=_name_format(name),
            cookies=(name,),
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            issued=parts.stamp,
            salt=signed_name,
            payload=content.payload,
            text=content.text,
            session_id=content.session_id,
            notes=content.notes,
            content=content.raw,
            header={"block_key": content.block_key} if content.block_key else {},
        ).with_end(
            stamp_end(parts.stamp, material, MAX_AGE), "MaxAge from its time stamp", material.now
        )
        if signed_name not in (name, *material.salts):
            raise _refuse_name(found, signed_name)
        return found

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie with another stamp, hash key, or JSON. Raises: DecodeError."""
        if not found.content:
            raise DecodeError(SEALED, code="not_sealable")
        shown: Json = found.payload
        if found.session_id:
            shown = found.payload["id"]
        elif set(found.payload) == {"value"}:
            shown = found.payload["value"]
        text = write_content(found, shown, _show_payload)
        mark = found.header.get("block_key")
        if mark is not None:
            iv = os.urandom(BLOCK)
            text = iv + decrypt_ctr(_find_block_key(mark, secrets), iv, text)
        signed = b"%d|%b" % (int(found.issued or 0), urlsafe_b64encode(text))
        digest = mac(to_utf8(secrets[0]), to_utf8(f"{found.salt}|") + signed)
        return {found.cookies[0]: urlsafe_b64encode(signed + b"|" + digest).decode()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    payload: JsonObject
    text: str = ""
    session_id: str = ""
    notes: tuple[str, ...] = ()
    raw: bytes = b""
    block_key: str = ""
    """Fingerprint of the secret that decrypted it; empty: it was not encrypted."""


def _refuse_name(found: Decoded, name: str) -> DecodeError:
    return DecodeError(
        f"it was made under the cookie name {name!r}: its server reads nothing under another",
        code="wrong_name",
        payload=found.payload,
        cookie_name=name,
    )


def _name_format(name: str) -> str:
    if name == KRATOS:
        return "gorilla/securecookie (Ory Kratos)"
    return "gorilla/securecookie"


def _claim_cookie(name: str, value: str) -> Claim | None:
    if not DIGIT_START.match(value) or _split(value) is None:
        return NOT_MINE
    return looks_like(WHY)


def _split(value: str) -> _Parts | None:
    match = INSIDE.fullmatch(from_base64url(value) or b"")
    if match is None or not is_plausible_stamp(int(match[1])):
        return None
    content = from_base64url(match[2].decode())
    if content is None:
        return None
    return _Parts(int(match[1]), content, match[1] + b"|" + match[2] + b"|", match[3])


def _check(name: str, parts: _Parts, material: Material) -> Check:
    """Check the HMAC; the salt is the name that it is of. Raises: DecodeError (wrong_secret)."""
    if not material.secrets:
        return Check(salt=name)

    def does_fit(secret: str, signed_name: str) -> bool:
        text = to_utf8(f"{signed_name}|") + parts.signed
        return is_same(mac(to_utf8(secret), text.removesuffix(b"|")), parts.digest)

    signed_name, index = with_any_name(material, [name], NAMES, does_fit, WRONG)
    return Check(signed_name, index, None)


def _read_content(raw: bytes, secrets: Sequence[str]) -> _Content:
    """Return what is inside, decrypted where one of the secrets does it."""
    plain = _show(raw)
    if plain is not None:
        return replace(plain, raw=raw)
    for key in _block_keys(secrets):
        text = decrypt_ctr(key, raw[:BLOCK], raw[BLOCK:])
        opened = _show(text)
        if opened is not None:
            return replace(opened, raw=text, block_key=_mark_key(key))
    return _Content(payload={}, notes=(SEALED,))


def _show_payload(raw: bytes) -> JsonObject:
    shown = _show(raw)
    return shown.payload if shown else {}


def _mark_key(key: bytes) -> str:
    return fingerprint(key.hex())


def _find_block_key(mark: Json, secrets: Sequence[str]) -> bytes:
    """Return the key that the content was encrypted with. Raises: DecodeError (not_sealable)."""
    return bytes.fromhex(find_key(mark, [key.hex() for key in _block_keys(secrets)]))


def _block_keys(secrets: Sequence[str]) -> Iterator[bytes]:
    """Yield what can be a block key: a secret of an AES key's length, or Kratos' digest of one."""
    for secret in secrets:
        raw = to_utf8(secret)
        if len(raw) in KEY_SIZES:
            yield raw
        yield hashlib.sha256(raw).digest()


def _show(raw: bytes) -> _Content | None:
    """Return a content that is gob, JSON or text; None: it is encrypted, or an app's own."""
    if is_gob(raw):
        try:
            return _to_content(read_gob(raw), ("gob, read as structure",))
        except DecodeError:
            return None
    try:
        return _to_content(parse_json(raw), ())
    except ValueError:
        pass
    if len(raw) >= SHORTEST_TEXT and is_text(raw):
        return _Content(payload={}, text=raw.decode())
    return None


def _to_content(found: Json, notes: tuple[str, ...]) -> _Content:
    if isinstance(found, dict):
        return _Content(payload=found, notes=notes)
    if isinstance(found, str):
        kept = "a text of the app's, or the id of a session in a store"
        return _Content(payload={"id": found}, session_id=found, notes=(*notes, kept))
    return _Content(payload={"value": found}, notes=notes)

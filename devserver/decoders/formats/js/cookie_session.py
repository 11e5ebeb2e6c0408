"""cookie-session, koa-session and whatever `cookies` signs: a cookie, and NAME.sig beside it.

keygrip signs `NAME=VALUE` with HMAC-SHA1 in base64 (other digests, and hexadecimal, by option); the
name is signed too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    find_row,
    with_any_name,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    is_padded_base64,
    to_base64,
    to_base64url,
)
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.evidence import NO_SECRET, Unverified
from session_inspector.devserver.decoders.shared_shape import describe_signed
from session_inspector.devserver.decoders.traits import Traits

SIGNATURE = ".sig"
DIGESTS = {27: "sha1", 43: "sha256", 64: "sha384", 86: "sha512"}
"""By the characters of a signature in base64."""
HEX_DIGESTS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
"""By the characters of one in hexadecimal."""
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_JSON_START = re.compile(r"eyJ[A-Za-z0-9+/]+")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]+")
NAMES = ("session", "koa.sess", "koa:sess")
ID = re.compile(r"\d{13}-[0-9a-f-]{30,40}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What koa-session draws for a session in a store."""
KOA_END = "_expire"
KOA_MEMBERS = frozenset({"_expire", "_maxAge"})
KOA_OPEN = "_session"
"""True in a session that lives as long as the browser (`maxAge: "session"`)."""
HEX = "hex"
SAFE = "!'()*~"
UNSIGNED = "without NAME.sig it is JSON in base64, as many write it: nobody can tell whose"
NO_TIME = "it has no end inside: only the cookie's Max-Age or Expires ends it"
NOT_SESSION = (
    "it looks like a value that `cookies` signed, beside NAME.sig, no session; its key verifies it"
)
WRONG = "the signature is of another key or cookie name, or the value was changed"
CUT = "it was cut: the = at the end of its base64 is missing, and its signature covers it"
CUT_JSON = "it was cut: its base64 is the beginning of a JSON object, and the end is missing"
NO_SIGNATURE = Unverified(
    "no_signature",
    "NAME.sig is not here: it was not copied, or the application does not sign (signed: false)",
)
TRAITS = Traits(
    json="strict",
    reads="first",
    cookie_names=NAMES,
    clock_members=KOA_MEMBERS,
    visitor_members=frozenset({"flash", "csrfSecret", "csrfToken", "returnTo", "messages"}),
    signature_suffix=SIGNATURE,
)


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    signature: str
    """Empty: there is none."""


class CookieSessionDecoder:
    """session and session.sig, koa.sess and koa.sess.sig."""

    name = "cookie-session"
    traits = TRAITS

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a cookie with its signature beside it; the session alone could be anybody's."""
        return strongest_cookie(cookies, lambda name, value: _claim(name, value, cookies))

    def decode(self, material: Material) -> Decoded:
        """Read the likeliest of the cookies. Raises: DecodeError."""
        cookies = material.cookies
        name, value = choose_cookie(cookies, lambda name, value: _claim(name, value, cookies))
        cookie = _Cookie(name, value, cookies.get(f"{name}{SIGNATURE}", ""))
        payload = _read_payload(value)
        is_session = payload is not None or ID.fullmatch(value) is not None
        check = _check_cookie(cookie, payload, material, is_session=is_session)
        if payload is None:
            return _describe_text(cookie, check, material, is_session=is_session)
        return _describe_session(cookie, payload, check, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return both cookies of an edited session, its signature with the digest it had."""
        name = found.cookies[0]
        value = _text_of(found)
        digest = str(found.header.get("digest") or "sha1")
        is_hex = found.header.get("encoding") == HEX
        signature = sign(name, value, secrets[0], digest, is_hex=is_hex)
        return {name: value, f"{name}{SIGNATURE}": signature}


def sign(name: str, value: str, key: str, digest: str = "sha1", *, is_hex: bool = False) -> str:
    """Return keygrip's signature of a cookie."""
    raw = mac(to_utf8(key), f"{name}={value}", digest)
    if is_hex:
        return raw.hex()
    return to_base64url(raw)


def _text_of(found: Decoded) -> str:
    if found.role == "token":
        return str(found.payload["value"])
    if found.session_id:
        return str(found.payload.get("id", found.session_id))
    payload = found.payload
    if KOA_END in payload and found.expires is not None:
        payload = {**payload, KOA_END: round(found.expires * 1000)}
    return to_base64(compact_json(payload))


def _digest_of(signature: str) -> str:
    """Return the digest of a signature by its length, empty for what is none."""
    if not _SIGNATURE.fullmatch(signature):
        return ""
    if _is_hex(signature):
        return HEX_DIGESTS[len(signature)]
    return DIGESTS.get(len(signature), "")


def _is_hex(signature: str) -> bool:
    return len(signature) in HEX_DIGESTS and _HEXADECIMAL.fullmatch(signature) is not None


def _claim(name: str, value: str, cookies: CookieGroup) -> Claim | None:
    if name.endswith(SIGNATURE) or not value:
        return NOT_MINE
    digest = _digest_of(cookies.get(f"{name}{SIGNATURE}", ""))
    is_json = value.startswith(("eyJ", "e30")) and is_padded_base64(value)
    if digest and is_json:
        return looks_like(f"base64 of JSON, and {name}.sig with an HMAC of {digest}", 1)
    if digest:
        return looks_like(f"{name}.sig beside it, with an HMAC of {digest}", 0.8)
    if is_json and _is_unsigned_koa(value):
        return looks_like("base64 of JSON with the members that koa-session writes", 0.9)
    if is_json and (from_base64(value[:8]) or b"").startswith((b'{"', b"{}")):
        return could_be("padded base64 of JSON, without NAME.sig", 0.15)
    return NOT_MINE


def _is_unsigned_koa(value: str) -> bool:
    """Check for koa-session's own members, which no other library writes."""
    raw = from_base64(value) or b""
    if b'"_expire":' not in raw and b'"_session":true' not in raw:
        return False
    payload = parse_object(raw) or {}
    return payload.keys() >= KOA_MEMBERS or payload.get(KOA_OPEN) is True


def _read_payload(value: str) -> JsonObject | None:
    return parse_object(from_base64(value) or b"")


def _check_cookie(
    cookie: _Cookie, payload: JsonObject | None, material: Material, *, is_session: bool
) -> Check:
    """Check the signature. Raises: DecodeError; not_a_session for any other value."""
    if not cookie.signature and payload is not None and _is_koa(payload):
        return Check(salt=cookie.name, unverified=NO_SIGNATURE)
    if not cookie.signature:
        raise DecodeError(UNSIGNED, code="not_certain", payload=payload)
    if not _digest_of(cookie.signature):
        raise DecodeError(
            f"{cookie.name}{SIGNATURE} is no signature: keygrip writes 27 characters of base64url"
            " (43, 64 or 86 with other digests), or the digest in hexadecimal",
            code="truncated",
            payload=payload,
        )
    if not material.secrets:
        if not is_session:
            raise _refuse_value(cookie)
        return Check(salt=cookie.name, unverified=NO_SECRET)
    try:
        name, index = _find_signer(cookie, material)
    except DecodeError as error:
        if not is_session:
            raise _refuse_value(cookie) from error
        if payload is not None and len(cookie.value) % 4:
            raise DecodeError(CUT, code="truncated", payload=payload) from error
        raise DecodeError(error.message, code=error.code, payload=payload) from error
    if name not in (cookie.name, *material.salts):
        raise DecodeError(
            f"the key is right, but the cookie was signed as {name}: keygrip signs the cookie's"
            f" name too, and reads nothing under {cookie.name}",
            code="wrong_name",
            payload=payload,
            cookie_name=name,
        )
    return Check(name, index, None)


def _refuse_value(cookie: _Cookie) -> DecodeError:
    """Return why a signed value that nothing verifies is no session: the beginning of one, even."""
    if _JSON_START.fullmatch(cookie.value):
        return DecodeError(CUT_JSON, code="truncated")
    return DecodeError(NOT_SESSION, code="not_a_session")


def _find_signer(cookie: _Cookie, material: Material) -> tuple[str, int]:
    """Return the cookie name and the index of the key that signed it. Raises: DecodeError."""
    digest = _digest_of(cookie.signature)
    texts = list(dict.fromkeys([cookie.value, quote(cookie.value, safe=SAFE, errors="replace")]))
    is_hex = _is_hex(cookie.signature)

    def does_fit(key: str, name: str) -> bool:
        signed = (sign(name, text, key, digest, is_hex=is_hex) for text in texts)
        return any(is_same(one, cookie.signature) for one in signed)

    return with_any_name(material, [cookie.name], NAMES, does_fit, WRONG)


def _header_of(cookie: _Cookie) -> JsonObject:
    found: JsonObject = {"digest": _digest_of(cookie.signature)}
    if _is_hex(cookie.signature):
        found["encoding"] = HEX
    return found


def _is_koa(payload: JsonObject) -> bool:
    return bool(payload.keys() & KOA_MEMBERS) or payload.get(KOA_OPEN) is True


def _read_end(payload: JsonObject) -> Seconds | None:
    found = to_number(payload.get(KOA_END))
    return None if found is None else found / 1000


def _describe_session(
    cookie: _Cookie, payload: JsonObject, check: Check, material: Material
) -> Decoded:
    return Decoded(
        format="koa-session" if _is_koa(payload) else "cookie-session",
        cookies=(cookie.name, f"{cookie.name}{SIGNATURE}"),
        header=_header_of(cookie),
        payload=payload,
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(cookie.value),
        notes=() if KOA_END in payload else (NO_TIME,),
    ).with_end(_read_end(payload), KOA_END, material.now)


def _describe_text(
    cookie: _Cookie, check: Check, material: Material, *, is_session: bool
) -> Decoded:
    """Return the session of koa-session's id, or a value that is none."""
    found = Decoded(
        format="cookies (signed value)",
        role="token",
        cookies=(cookie.name, f"{cookie.name}{SIGNATURE}"),
        header=_header_of(cookie),
        payload={"value": cookie.value},
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(cookie.value),
        signed_text=cookie.value,
        notes=(describe_signed("`cookies`", cookie.value),),
    )
    return _describe_id(cookie, found, material) if is_session else found


def _describe_id(cookie: _Cookie, found: Decoded, material: Material) -> Decoded:
    row = parse_object(find_row(material, cookie.value) or b"")
    payload: JsonObject = {"id": cookie.value} if row is None else row
    notes = ("the session is in a store, by this id",) if row is None else ()
    session = replace(found, format="koa-session (id)", role="session", signed_text="")
    session = replace(session, payload=payload, session_id=cookie.value, notes=notes)
    return session.with_end(_read_end(payload), KOA_END, material.now)

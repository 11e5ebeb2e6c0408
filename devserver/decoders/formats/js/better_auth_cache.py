"""The three forms of better-auth's cache: compact, jwt, jwe."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.base import (
    Check,
    Decoded,
    Material,
    check_signature,
    with_any_salt,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.jwe import (
    check_whole,
    header_of,
    open_jwe,
    read_header,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.jwe_tag import CBC
from session_inspector.devserver.decoders.codecs.kdf import hkdf
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.signed_text import has_signature
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import drop_unknown_times, from_iso
from session_inspector.devserver.decoders.formats.jwt import check_token
from session_inspector.devserver.decoders.no_json import check_strict

INFO = "BetterAuth.js Generated Encryption Key"
SESSION_SALT = "better-auth-session"
ACCOUNT_SALT = "better-auth-account"
TOLERANCE = 15
TYPE = "better-auth.session-cache+jwt"
KID = re.compile(r"[A-Za-z0-9_-]{43}")
"""The thumbprint of a key with SHA-256. Auth.js' has 86 characters."""
COMPACT = "compact"
JWT = "jwt"
JWE = "jwe"
COMPACT_START = b'{"session":{"session":{'
SAMPLE = 32
"""Characters that hold that start, whole groups of base64."""
MEMBERS = frozenset({"session", "user", "updatedAt", "version"})
_SIGNED_END = b',"signature":'
_STAMP = b',"expiresAt":'


@dataclass(frozen=True, slots=True)
class Strategy:
    """The form of a value."""

    name: str
    why: str
    is_certain: bool
    """True: nobody else's values have this structure, whatever they are called."""


_COMPACT = Strategy(COMPACT, "base64url of JSON with session, expiresAt and signature", True)
_JWT = Strategy(JWT, "a JWT with session, user, updatedAt and version", True)
_JWE = Strategy(JWE, "a JWE of A256CBC-HS512 whose kid is a SHA-256 thumbprint", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """What was read of a cache."""

    strategy: str
    payload: JsonObject
    check: Check
    header: JsonObject
    ends: Seconds | None
    rule: str
    """The member that has the end."""
    tolerance: Seconds = 0
    issued: Seconds | None = None

    @property
    def is_account(self) -> bool:
        """True: the provider's tokens, not the session."""
        return self.check.salt == ACCOUNT_SALT


def find_strategy(value: str) -> Strategy | None:
    """Return the form of a value, None for what is no cache."""
    if not value.startswith("eyJ"):
        return None
    if (from_base64url(value[:SAMPLE]) or b"").startswith(COMPACT_START):
        return _COMPACT
    header = header_of(value)
    if header is not None:
        is_theirs = header.get("enc") == CBC and KID.fullmatch(str(header.get("kid")))
        return _JWE if is_theirs else None
    if _is_cache_token(value):
        return _JWT
    return None


def _is_cache_token(value: str) -> bool:
    first, *rest = value.split(".", 2)
    if len(rest) != 2 or len(first) > 4096:
        return False
    header = read_header(first)
    if header is None or "alg" not in header or "enc" in header:
        return False
    if header.get("typ") == TYPE:
        return True
    if not (from_base64url(rest[0][:16]) or b"").startswith(b'{"session":'):
        return False
    return set(parse_object(from_base64url(rest[0]) or b"") or {}) >= MEMBERS


def is_signed(token: str, value: str, secret: str) -> bool:
    """Check the signature behind a token."""
    return has_signature(token, value.rpartition(".")[2], secret)


def open_cache(name: str, value: str, material: Material) -> Cache:
    """Return what a value holds. Raises: DecodeError."""
    strategy = find_strategy(value)
    if strategy is _COMPACT:
        return _open_compact(value, material)
    if strategy is _JWT:
        return _open_jwt(value, material)
    return _open_jwe(name, value, material)


def _open_compact(value: str, material: Material) -> Cache:
    raw = from_base64url(value) or b""
    found = parse_object(raw)
    if found is None or "signature" not in found:
        raise DecodeError(
            "its JSON does not end as it should: the value was changed or cut, whatever the secret"
            " is",
            code="truncated",
        )
    payload = object_member(found, "session")
    check = check_signature(
        material.secrets,
        [""],
        lambda secret, _: is_same(_sign_compact(raw, secret), str(found.get("signature"))),
        "the signature is of another secret, or the content was changed",
        readable=lambda: payload,
    )
    check_strict(found, is_verified=check.unverified is None)
    stamp = to_number(found.get("expiresAt"))
    return Cache(
        strategy=COMPACT,
        payload=payload,
        check=check,
        header={"expiresAt": found.get("expiresAt")},
        ends=None if stamp is None else stamp / 1000,
        rule="expiresAt",
        issued=_read_created(payload),
    )


def _sign_compact(raw: bytes, secret: str) -> str:
    """Return the signature of `{...session, expiresAt}`, of the bytes as they were written."""
    inner = raw[len(b'{"session":') :].rpartition(_SIGNED_END)[0]
    session, _, stamp = inner.rpartition(_STAMP)
    return to_base64url(mac(to_utf8(secret), session[:-1] + _STAMP + stamp + b"}"))


def _read_created(payload: JsonObject) -> Seconds | None:
    return from_iso(object_member(payload, "session").get("createdAt"))


def _open_jwt(value: str, material: Material) -> Cache:
    payload = parse_object(from_base64url(value.split(".")[1]) or b"")
    if payload is None:
        raise DecodeError(
            "its second part is no JSON object: the content was changed or cut", code="tampered"
        )
    return Cache(
        strategy=JWT,
        payload=payload,
        check=replace(check_token(value, material, payload), salt=""),
        header=read_header(value.partition(".")[0]) or {},
        ends=to_number(payload.get("exp")),
        rule="exp",
        issued=_read_created(payload),
    )


def encryption_key(secret: str, salt: str) -> bytes:
    """Return the key of a secret."""
    return hkdf(secret, salt, INFO, 64)


@lru_cache(maxsize=512)
def thumbprint(key: bytes) -> str:
    """Return a key's kid: its JWK thumbprint (RFC 7638) with SHA-256."""
    text = compact_json({"k": to_base64url(key), "kty": "oct"})
    return to_base64url(hashlib.sha256(text).digest())


def _open_jwe(name: str, value: str, material: Material) -> Cache:
    """Open with the key that the kid names; the kid proves a wrong secret. Raises: DecodeError."""
    check_whole(value)
    header = header_of(value) or {}
    salts = [SESSION_SALT, ACCOUNT_SALT]
    if name.endswith("account_data"):
        salts.reverse()
    salt, index = with_any_salt(
        material.secrets,
        salts,
        lambda secret, salt: thumbprint(encryption_key(secret, salt)) == header.get("kid"),
        f"its kid {str(header.get('kid'))[:12]}… is of another key (proved without decrypting)",
    )
    payload = open_jwe(value, encryption_key(material.secrets[index], salt), enc=CBC)
    if payload is None:
        raise DecodeError(
            "the secret is right, its kid proves it; the ciphertext or tag was changed, or a chunk"
            " is of another write",
            code="tampered",
        )
    return Cache(
        strategy=JWE,
        payload=payload,
        check=Check(salt, index, None),
        header=header,
        ends=to_number(payload.get("exp")),
        rule="exp",
        tolerance=TOLERANCE,
        issued=_read_created(payload),
    )


def seal_cache(found: Decoded, secret: str) -> str:
    """Return the value of an edited cache, in the form it had."""
    if COMPACT in found.format:
        return _seal_compact(found, secret)
    payload = found.payload
    if not found.session_id:
        payload = payload | drop_unknown_times({"exp": found.expires})
    if JWT in found.format:
        return _seal_jwt(found.header, payload, secret)
    key = encryption_key(secret, found.salt or SESSION_SALT)
    header: JsonObject = {"alg": "dir", "enc": CBC, "kid": thumbprint(key)}
    return seal_jwe(compact_json(payload), key, header)


def _seal_compact(found: Decoded, secret: str) -> str:
    stamp: Json = found.header.get("expiresAt")
    if not found.session_id and found.expires is not None:
        stamp = round(found.expires * 1000)
    content: JsonObject = {"session": found.payload, "expiresAt": stamp, "signature": ""}
    content["signature"] = _sign_compact(compact_json(content), secret)
    return to_base64url(compact_json(content))


def _seal_jwt(header: JsonObject, payload: JsonObject, secret: str) -> str:
    if header.get("alg") != "HS256":
        raise DecodeError(
            f"a cache signed with {header.get('alg')} needs a key that is not here",
            code="not_sealable",
        )
    text = f"{to_base64url(compact_json(header))}.{to_base64url(compact_json(payload))}"
    return f"{text}.{to_base64url(mac(to_utf8(secret), text))}"


def stem_of(name: str, kind: str) -> str | None:
    """Return a cookie's name without its kind: `better-auth.`; None for another kind."""
    stem = name.removesuffix(kind)
    if stem == name or not stem.endswith((".", "-")):
        return None
    return stem


def is_named(name: str, *kinds: str) -> bool:
    """Check whether a cookie is named for one of the kinds, behind a prefix."""
    return any(stem_of(name, kind) is not None for kind in kinds)

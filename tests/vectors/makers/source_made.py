"""Cases made from documented algorithms, where the real package could not be had; marked so.

Each names its documentation. They are made anew only when this file changes: what is random is
drawn from a seed.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import uuid
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Sequence

import msgpack
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7
from joserfc import jwe, jwt
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.iron import make_seal
from session_inspector.devserver.decoders.codecs.json_text import compact_json

NOW = 1_795_900_000
RANDOM = random.Random(16)
MARK = "made from the documented algorithm"
ENVELOPE = "an envelope that others specify, members as its source names them, no run of it"
KEY_ID = "4a1f5c0e-7d2b-4b8e-9f43-2c6d8e0a1b3c"
NAME_CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
MIDDLEWARE = "Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationMiddleware"


def source_made() -> Iterator[JsonObject]:
    """Yield them."""
    yield from _aspnet_cases()
    yield _quarkus()
    yield from _authelia()
    yield _pomerium()
    yield _codeigniter()
    yield _workos()
    yield from _opaque()


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _aspnet_cases() -> Iterator[JsonObject]:
    """Data Protection: "Authenticated encryption details" and "Context headers" of its docs."""
    for mode in ("CBC", "GCM"):
        for app, scheme in (("", "Cookies"), ("/srv/shop", "Identity.Application")):
            yield _aspnet(mode, app, scheme)


def _aspnet(mode: str, app: str, scheme: str) -> JsonObject:
    master = RANDOM.randbytes(64)
    purposes = [part for part in (app, MIDDLEWARE, scheme, "v2") if part]
    raw = _protect(_ticket(scheme), master, mode, purposes)
    name = f".AspNetCore.{scheme}"
    cookies = {name: _base64url(raw)}
    if app:
        value = _base64url(raw)
        half = len(value) // 2
        cookies = {name: "chunks-2", f"{name}C1": value[:half], f"{name}C2": value[half:]}
    return {
        "name": f"aspnet-core-{mode.lower()}-{scheme}",
        "format": "aspnet-core",
        "family": "aspnet-core",
        "called": "ASP.NET Core",
        "generator": f"{MARK}: Data Protection, ticket version 5",
        "secret": _key_xml(master, mode),
        "salt": app or None,
        "minted_at": NOW,
        "cookies": {**cookies},
        "iat": NOW,
        "exp": NOW + 1_209_600,
        "header": {"key_id": KEY_ID},
        "expected_subset": {
            "scheme": scheme,
            "claims": {"name": "zoe@example.com", "role": ["admin", "user"]},
        },
    }


def _key_xml(master: bytes, mode: str) -> str:
    return (
        f'<key id="{KEY_ID}" version="1"><creationDate>2026-11-01T00:00:00Z</creationDate>'
        f'<descriptor><descriptor><encryption algorithm="AES_256_{mode}" />'
        '<validation algorithm="HMACSHA256" /><masterKey><value>'
        f"{b64encode(master).decode()}</value></masterKey></descriptor></descriptor></key>"
    )


def _text(text: str) -> bytes:
    raw = text.encode()
    size = len(raw)
    found = b""
    while size >= 0x80:
        found += bytes([size & 0x7F | 0x80])
        size >>= 7
    return found + bytes([size]) + raw


def _int(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _ticket(scheme: str) -> bytes:
    """TicketSerializer, version 5: "\\0" stands for a text's usual value."""
    role = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
    claims = [("\0", "zoe@example.com"), (role, "admin"), (role, "user")]
    identity = _text(scheme) + _text("\0") + _text("\0") + _int(len(claims))
    for kind, value in claims:
        identity += _text(kind) + _text(value) + _text("\0") * 3 + _int(0)
    identity += b"\0\0"
    issued = "Sat, 28 Nov 2026 21:06:40 GMT"
    expires = "Sat, 12 Dec 2026 21:06:40 GMT"
    properties = _int(1) + _int(2)
    properties += _text(".issued") + _text(issued) + _text(".expires") + _text(expires)
    return _int(5) + _text(scheme) + _int(1) + identity + properties


def _protect(text: bytes, master: bytes, mode: str, purposes: Sequence[str]) -> bytes:
    head = b"\x09\xf0\xc9\xf0" + uuid.UUID(KEY_ID).bytes_le
    label = head + len(purposes).to_bytes(4, "big") + b"".join(map(_text, purposes))
    modifier = RANDOM.randbytes(16)
    if mode == "GCM":
        key = _derive(master, label, _gcm_header() + modifier, 32)
        nonce = RANDOM.randbytes(12)
        return head + modifier + nonce + AESGCM(key).encrypt(nonce, text, None)
    keys = _derive(master, label, _cbc_header() + modifier, 64)
    iv = RANDOM.randbytes(16)
    sealed = iv + _cbc(keys[:32], iv, text)
    return head + modifier + sealed + hmac.digest(keys[32:], sealed, "sha256")


def _cbc(key: bytes, iv: bytes, text: bytes) -> bytes:
    padder = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return cipher.update(padder.update(text) + padder.finalize()) + cipher.finalize()


def _derive(key: bytes, label: bytes, context: bytes, size: int) -> bytes:
    tail = label + b"\0" + context + (size * 8).to_bytes(4, "big")
    one = hmac.digest(key, b"\0\0\0\1" + tail, "sha512")
    return (one + hmac.digest(key, b"\0\0\0\2" + tail, "sha512"))[:size]


def _cbc_header() -> bytes:
    keys = _derive(b"", b"", b"", 64)
    sizes = b"".join(size.to_bytes(4, "big") for size in (32, 16, 32, 32))
    return b"\0\0" + sizes + _cbc(keys[:32], bytes(16), b"") + hmac.digest(keys[32:], b"", "sha256")


def _gcm_header() -> bytes:
    key = _derive(b"", b"", b"", 32)
    sizes = b"".join(size.to_bytes(4, "big") for size in (32, 12, 16, 16))
    return b"\0\1" + sizes + AESGCM(key).encrypt(bytes(12), b"", None)


def _quarkus() -> JsonObject:
    """quarkus-oidc, DefaultTokenStateManager: A256GCMKW, the key SHA-256 of the secret."""
    secret = "pub-quarkus-secret-0123456789abcdef"
    key = OctKey.import_key(hashlib.sha256(secret.encode()).digest())
    claims = {"sub": "zoe", "email": "zoe@example.com", "iat": NOW, "exp": NOW + 300}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(b"k" * 32))
    registry = JWERegistry(algorithms=["A256GCMKW", "A256GCM"])
    header = {"alg": "A256GCMKW", "enc": "A256GCM"}
    sealed = jwe.encrypt_compact(header, f"{token}|access|refresh", key, registry=registry)
    return {
        "name": "quarkus",
        "format": "quarkus",
        "family": "quarkus",
        "called": "Quarkus OIDC",
        "tags": ["shared"],
        "generator": f"{ENVELOPE}: quarkus-oidc",
        "secret": secret,
        "minted_at": NOW,
        "cookies": {"q_session": sealed},
        "iat": NOW,
        "exp": NOW + 300,
        "expected": {"id_token": token, "access_token": "access", "refresh_token": "refresh"},
    }


def _authelia() -> Iterator[JsonObject]:
    """Authelia 4: fasthttp/session's MessagePack, AES-256-GCM under SHA-256 of the secret."""
    secret = "insecure_session_secret_of_a_test"
    user = b'{"Username":"zoe","DisplayName":"Zo\xc3\xab","AuthenticationLevel":2}'
    raw: bytes = msgpack.packb({"KV": {"UserSession": user}})
    nonce = RANDOM.randbytes(12)
    row = nonce + AESGCM(hashlib.sha256(secret.encode()).digest()).encrypt(nonce, raw, None)
    session_id = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD"
    yield {
        "name": "authelia",
        "format": "authelia",
        "family": "authelia",
        "called": "Authelia",
        "tags": ["named", "shared"],
        "generator": f"{ENVELOPE}: Authelia 4",
        "secret": secret,
        "minted_at": NOW,
        "cookies": {"authelia_session": session_id},
        "session_id": session_id,
        "expected": {"Username": "zoe", "DisplayName": "Zoë", "AuthenticationLevel": 2},
        "store_b64": {f"authelia-session:{session_id}": b64encode(row).decode()},
    }


def _pomerium() -> JsonObject:
    secret = b64encode(bytes(range(32))).decode()
    claims = {"jti": "8c0f", "iss": "app.example.com", "sub": "zoe", "iat": NOW}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(bytes(range(32))))
    return {
        "name": "pomerium",
        "format": "pomerium",
        "family": "pomerium",
        "called": "Pomerium",
        "general": "jwt",
        "generator": f"{ENVELOPE}: Pomerium",
        "secret": secret,
        "minted_at": NOW,
        "cookies": {"_pomerium": token},
        "iat": NOW,
        "readable": True,
        "expected_subset": {"jti": "8c0f"},
    }


def _codeigniter() -> JsonObject:
    session_id = "u7pbu88qoufn1pnfu1ia5e0khq94th48"
    row = f'__ci_last_regenerate|i:{NOW};_ci_previous_url|s:9:"http://x/";user|s:3:"zoe";'
    return {
        "name": "codeigniter",
        "format": "codeigniter",
        "family": "codeigniter",
        "called": "CodeIgniter",
        "tags": ["unsealed", "named", "shared"],
        "generator": f"{ENVELOPE}: CodeIgniter 4, app/Config/Session.php",
        "secret": None,
        "minted_at": NOW,
        "cookies": {"ci_session": session_id},
        "session_id": session_id,
        "expected": {"_ci_previous_url": "http://x/", "user": "zoe"},
        "store": {f"ci_session:{session_id}": row},
    }


def _workos() -> JsonObject:
    """authkit-session: iron's seal of accessToken, refreshToken, user."""
    password = "pub-workos-cookie-password-0123456789"
    claims = {"sid": "session_01H", "sub": "user_01H", "iat": NOW, "exp": NOW + 300}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(b"k" * 32))
    session: JsonObject = {
        "accessToken": token,
        "refreshToken": "r",
        "user": {"id": "user_01H", "email": "zoe@example.com"},
    }
    sealed = make_seal(compact_json(session), password, ends=None, password_id="1", rounds=1) + "~2"
    return {
        "name": "workos",
        "format": "workos",
        "family": "workos",
        "called": "WorkOS AuthKit",
        "general": "iron-session",
        "generator": f"{ENVELOPE}: WorkOS AuthKit over iron-session 8",
        "secret": password,
        "minted_at": NOW,
        "cookies": {"wos-session": sealed},
        "session_id": "session_01H",
        "expected": session,
    }


def _opaque() -> Iterator[JsonObject]:
    """Sealed by AWS and Azure: only their shape is known."""
    for family, called, name, size in (
        ("aws-alb", "AWS ALB", "AWSELBAuthSessionCookie-0", 900),
        ("easyauth", "Azure EasyAuth", "AppServiceAuthSession", 400),
    ):
        yield {
            "name": family,
            "format": family,
            "family": family,
            "called": called,
            "tags": ["opaque"],
            "generator": f"random bytes in the shape of {called}'s",
            "secret": None,
            "minted_at": NOW,
            "cookies": {name: b64encode(RANDOM.randbytes(size)).decode()},
            "expected": {"bytes": size},
        }

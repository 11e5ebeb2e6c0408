"""next-auth v4 and Auth.js v5: JWTs encrypted with a key that v5 derives from the cookie's name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    open_bundle,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import Bundle, bundles, split, whole_first
from session_inspector.devserver.decoders.codecs.jwe import (
    CBC,
    GCM,
    check_whole,
    header_of,
    open_jwe,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.keys import compact, hkdf, to_base64url

V4, V5 = "NextAuth.js Generated Encryption Key", "Auth.js Generated Encryption Key"
SECURE = "__Secure-"
NAMES = ("authjs.session-token", "next-auth.session-token")
TOLERANCE = 15
CHUNK_SIZE = 3933


class AuthjsDecoder:
    """Session tokens of next-auth v4 and Auth.js v5 (JWT strategy)."""

    name = "authjs"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a JWE with Auth.js' kid or a known name."""
        return max((_rate(bundle) for bundle in bundles(cookies, (".",))), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        likeliest = max(bundles(material.cookies, (".",)), key=_rate)
        found = whole_first(likeliest, material.cookies)
        opened = open_bundle(found, lambda value: _opened(found, value, material))
        stale = [name for name in material.cookies if _is_chunk(name, found.name)]
        if stale and not found.parts:
            raise DecodeError(
                f"{found.name} opens alone; {', '.join(stale)} is left over from an earlier, longer"
                " session: Auth.js joins every cookie whose name starts so, and reads no session",
                code="orphan_chunks",
                payload=opened.payload,
            )
        return opened

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, under the salt it had."""
        times = {"iat": found.issued, "exp": found.expires}
        payload = found.payload | {n: int(at) for n, at in times.items() if at is not None}
        header: JsonObject = {"alg": "dir", "enc": str(found.header.get("enc"))}
        key = v4_key(secrets[0], found.salt)
        if header["enc"] == CBC:
            key = v5_key(secrets[0], found.salt)
            header["kid"] = thumbprint(key)
        value = seal_jwe(compact(payload), key, header)
        return split(found.cookies, value, size=CHUNK_SIZE, separator=".")


def _is_chunk(name: str, base: str) -> bool:
    mark, number = name[: len(base) + 1], name[len(base) + 1 :]
    return mark == f"{base}." and number.isdecimal()


def _rate(bundle: Bundle) -> float:
    header = header_of(bundle.value)
    if header is None or "iat" in header:
        return -1.0
    more = 0.01 * len(bundle.parts)
    is_named = bundle.name.removeprefix(SECURE) in NAMES
    if header.get("enc") == CBC:
        return (1.0 if "kid" in header else -1.0) + more
    if header.get("enc") != GCM:
        return -1.0
    # next-auth writes alg first, nextjs-auth0 enc first
    return (1.0 if is_named else 0.7 if bundle.value.startswith("eyJhbGci") else 0.2) + more


def _opened(bundle: Bundle, value: str, material: Material) -> Decoded:
    check_whole(value)
    header = header_of(value) or {}
    notes: tuple[str, ...] = ()
    if header.get("enc") == CBC:
        (payload, salt), index = _v5(bundle, value, header, material)
        family, notes = "Auth.js v5", (f"salt {salt}",)
    else:
        (payload, salt), index = _v4(value, material)
        family = "next-auth v4"
    ends = to_number(payload.get("exp"))
    return Decoded(
        format=family,
        cookies=bundle.names,
        header=header,
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=to_number(payload.get("iat")),
        salt=salt,
        notes=("iat is the last refresh, not the login", *notes),
    ).with_end(ends, "exp", material.now, TOLERANCE)


def _v4(value: str, material: Material) -> tuple[tuple[JsonObject, str], int]:
    salts = ["", *material.salts]

    def tried(secret: str) -> tuple[JsonObject, str] | None:
        for salt in salts:
            found = open_jwe(value, v4_key(secret, salt), enc=GCM)
            if found is not None:
                return found, salt
        return None

    why = "another secret sealed it, or its ciphertext or tag was changed"
    return with_any_secret(material.secrets, tried, why)


def v4_key(secret: str, salt: str) -> bytes:
    """Return the key of a secret; the salt is empty unless the application passes one."""
    return hkdf(secret, salt, f"{V4} ({salt})" if salt else V4, 32)


def v5_key(secret: str, salt: str) -> bytes:
    """Return the key of a secret for a cookie name."""
    return hkdf(secret, salt, f"{V5} ({salt})", 64)


def thumbprint(key: bytes) -> str:
    """Return a key's kid: its JWK thumbprint (RFC 7638) with SHA-512."""
    text = json.dumps({"k": to_base64url(key), "kty": "oct"}, separators=(",", ":"))
    return to_base64url(hashlib.sha512(text.encode()).digest())


def _v5(
    bundle: Bundle, value: str, header: JsonObject, material: Material
) -> tuple[tuple[JsonObject, str], int]:
    """Open with the key that the kid names; the kid proves a wrong secret by itself."""
    kid = header.get("kid")
    salts = _salts(bundle.name, material)

    def named(secret: str) -> str | None:
        return next((salt for salt in salts if thumbprint(v5_key(secret, salt)) == kid), None)

    salt, index = with_any_secret(
        material.secrets,
        named,
        f"its kid {str(kid)[:12]}… is of another key: another secret, or another cookie name"
        " (proved without decrypting)",
    )
    payload = open_jwe(value, v5_key(material.secrets[index], salt), enc=CBC)
    if payload is None:
        raise DecodeError(
            "the secret is right, its kid says so; the ciphertext or tag was changed, or a chunk"
            " is of another write",
            code="tampered",
        )
    if salt != bundle.name and salt not in material.salts:
        raise DecodeError(
            f"the secret is right, but the cookie was made as {salt}: Auth.js derives the key from"
            f" the cookie's name, and {bundle.name} gives another",
            code="wrong_name",
            payload=payload,
        )
    return (payload, salt), index


def _salts(name: str, material: Material) -> list[str]:
    """Return the salts to try: the cookie's own name first."""
    bare = name.removeprefix(SECURE)
    known = [name, bare, f"{SECURE}{bare}", *(p + n for n in NAMES for p in ("", SECURE))]
    return list(dict.fromkeys([*known[:1], *material.salts, *known[1:]]))

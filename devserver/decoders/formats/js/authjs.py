"""next-auth v4 and Auth.js v5: JWTs encrypted with a key that v5 derives from the cookie's name.

What they keep during a login (`authjs.pkce.code_verifier`, `.state`, `.nonce`) is sealed in the
same way, around `value` and, since 0.35, the `provider` of that login.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache

from session_inspector.devserver.cookies.chunk_rules import AUTHJS
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    Role,
    with_any_salt,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    bundles,
    open_bundle,
    split_value,
    whole_first,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    could_be,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.codecs.jwe import (
    check_whole,
    header_of,
    open_jwe,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.jwe_tag import CBC, GCM
from session_inspector.devserver.decoders.codecs.kdf import hkdf
from session_inspector.devserver.decoders.codecs.timestamp import drop_unknown_times
from session_inspector.devserver.decoders.traits import Traits

V4_INFO = "NextAuth.js Generated Encryption Key"
V5_INFO = "Auth.js Generated Encryption Key"
SECURE = "__Secure-"
NAMES = ("authjs.session-token", "next-auth.session-token")
LOGIN_NAMES = ("authjs.pkce.code_verifier", "authjs.state", "authjs.nonce")
TOLERANCE = 15
ALG_FIRST = "eyJhbGci"
"""How a header starts that next-auth wrote: alg first. nextjs-auth0 writes enc first."""
KID = re.compile(r"[A-Za-z0-9_-]{86}")
"""The thumbprint of a key has as many bits as the key: SHA-512. better-auth's has 43 characters."""
WHY_V4 = "a JWE of dir and A256GCM without times in its header"
STAMPS = frozenset({"iat", "exp", "jti"})
KEPT_FOR_LOGIN = ({"value"}, {"value", "provider"})
"""All that is in a cookie of a login under way, beside the stamps."""
REFRESHED = "iat is the last refresh, not the login"


class AuthjsDecoder:
    """Session tokens of next-auth v4 and Auth.js v5 (JWT strategy)."""

    name = "authjs"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("authjs.session-token", "__Secure-authjs.session-token"),
        chunks=AUTHJS,
        is_issued_anew=True,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a JWE with a kid as Auth.js makes it, or with next-auth's header."""
        return strongest(map(_claim_bundle, bundles(cookies, AUTHJS)))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        likeliest = choose(bundles(material.cookies, AUTHJS), _claim_bundle)
        found = whole_first(likeliest, material.cookies)
        opened = open_bundle(found, lambda value: _open_token(found, value, material))
        stale = [name for name in material.cookies if _is_chunk_of(name, found.name)]
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
        payload = found.payload | drop_unknown_times({"iat": found.issued, "exp": found.expires})
        header: JsonObject = {"alg": "dir", "enc": str(found.header.get("enc"))}
        key = v4_key(secrets[0], found.salt)
        if header["enc"] == CBC:
            key = v5_key(secrets[0], found.salt)
            header["kid"] = thumbprint(key)
        value = seal_jwe(compact_json(payload), key, header)
        return split_value(found.cookies, value, AUTHJS)


def v4_key(secret: str, salt: str) -> bytes:
    """Return the key of a secret; the salt is empty unless the application passes one."""
    info = V4_INFO
    if salt:
        info = f"{V4_INFO} ({salt})"
    return hkdf(secret, salt, info, 32)


def v5_key(secret: str, salt: str) -> bytes:
    """Return the key of a secret for a cookie name."""
    return hkdf(secret, salt, f"{V5_INFO} ({salt})", 64)


@lru_cache(maxsize=512)
def thumbprint(key: bytes) -> str:
    """Return a key's kid: its JWK thumbprint (RFC 7638) with SHA-512."""
    text = json.dumps({"k": to_base64url(key), "kty": "oct"}, separators=(",", ":"))
    return to_base64url(hashlib.sha512(text.encode()).digest())


def _is_chunk_of(name: str, base: str) -> bool:
    start = f"{base}{AUTHJS.separator}"
    return name.startswith(start) and name.removeprefix(start).isdecimal()


def _claim_bundle(bundle: Bundle) -> Claim | None:
    header = header_of(bundle.value)
    if header is None or "iat" in header:
        return NOT_MINE
    more = 0.01 * len(bundle.parts)
    match header.get("enc"):
        case "A256CBC-HS512" if KID.fullmatch(str(header.get("kid"))):
            return looks_like("a JWE of A256CBC-HS512 whose kid is a SHA-512 thumbprint", 1 + more)
        case "A256GCM" if "kid" not in header:
            return _claim_v4(bundle, more)
        case _:
            return NOT_MINE


def _claim_v4(bundle: Bundle, more: float) -> Claim:
    """Claim next-auth's header; everybody who takes jose writes the same."""
    if bundle.name.removeprefix(SECURE) in NAMES:
        return looks_like(f"{WHY_V4}, named {bundle.name}", 1 + more)
    if bundle.parts and bundle.value.startswith(ALG_FIRST):
        return looks_like(f"{WHY_V4}, in chunks NAME.0, NAME.1, …", 0.7 + more)
    if bundle.value.startswith(ALG_FIRST):
        return could_be(WHY_V4, 0.7 + more)
    return could_be(WHY_V4, 0.2 + more)


def _open_token(bundle: Bundle, value: str, material: Material) -> Decoded:
    check_whole(value)
    header = header_of(value) or {}
    notes: tuple[str, ...] = (REFRESHED,)
    if header.get("enc") == CBC:
        payload, salt, index = _open_v5(bundle, value, header, material)
        version = "Auth.js v5"
        notes = (REFRESHED, f"salt {salt}")
    else:
        payload, salt, index = _open_v4(value, material)
        version = "next-auth v4"
    role: Role = "session"
    if set(payload) - STAMPS in KEPT_FOR_LOGIN:
        version += " (transaction)"
        role = "transaction"
        notes = notes[1:]
    return Decoded(
        format=version,
        role=role,
        cookies=bundle.names,
        header=header,
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=to_number(payload.get("iat")),
        salt=salt,
        notes=notes,
    ).with_end(to_number(payload.get("exp")), "exp", material.now, TOLERANCE)


def _open_v4(value: str, material: Material) -> tuple[JsonObject, str, int]:
    """Return (payload, salt, index of the secret). Raises: DecodeError."""
    salts = ["", *material.salts]

    def try_salts(secret: str) -> tuple[JsonObject, str] | None:
        for salt in salts:
            found = open_jwe(value, v4_key(secret, salt), enc=GCM)
            if found is not None:
                return found, salt
        return None

    why = "another secret sealed it, or its ciphertext or tag was changed"
    (payload, salt), index = with_any_secret(material.secrets, try_salts, why)
    return payload, salt, index


def _open_v5(
    bundle: Bundle, value: str, header: JsonObject, material: Material
) -> tuple[JsonObject, str, int]:
    """Open with the key that the kid names; the kid proves a wrong secret by itself.

    Returns (payload, salt, index of the secret). Raises: DecodeError.
    """
    salt, index = _find_key(bundle, header.get("kid"), material)
    payload = open_jwe(value, v5_key(material.secrets[index], salt), enc=CBC)
    if payload is None:
        raise DecodeError(
            "the secret is right, its kid proves it; the ciphertext or tag was changed, or a chunk"
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
    return payload, salt, index


def _find_key(bundle: Bundle, kid: Json, material: Material) -> tuple[str, int]:
    """Return (salt, index of the secret) of the key that a kid names. Raises: DecodeError."""
    salts = _possible_salts(bundle.name, material)
    return with_any_salt(
        material.secrets,
        salts,
        lambda secret, salt: thumbprint(v5_key(secret, salt)) == kid,
        f"its kid {str(kid)[:12]}… is of another key: another secret, or another cookie name"
        " (proved without decrypting)",
    )


def _possible_salts(name: str, material: Material) -> list[str]:
    """Return the salts to try: the cookie's own name first."""
    bare = name.removeprefix(SECURE)
    known = [bare, f"{SECURE}{bare}"]
    for library_name in (*NAMES, *LOGIN_NAMES):
        known += [library_name, f"{SECURE}{library_name}"]
    return list(dict.fromkeys([name, *material.salts, *known]))

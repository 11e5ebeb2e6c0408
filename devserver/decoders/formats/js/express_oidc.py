"""express-openid-connect, and the v3 of nextjs-auth0, which shares its key and header.

JWE with iat, uat and exp in the protected header (readable without any secret), or a session id,
bare or signed (RFC 7797, detached) together with the cookie's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    open_bundle,
    too_old,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import Bundle, bundles, split, whole_first
from session_inspector.devserver.decoders.codecs.jwe import (
    GCM,
    check_whole,
    earliest,
    header_of,
    open_jwe,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.keys import (
    compact,
    hkdf,
    is_same,
    mac,
    parse_object,
    to_base64url,
)

CEK, SIGNING = "JWE CEK", "JWS Cookie Signing"
TRANSIENT = ("auth_verification", "_auth_verification")
_PROTECTED = to_base64url(b'{"alg":"HS256","b64":false,"crit":["b64"]}')
_ID = re.compile(r"[0-9a-f]{32}")
_SIGNED = re.compile(r"(.+)\.([A-Za-z0-9_-]{43})", re.DOTALL)
CHUNK_SIZE = 4012
CEILING = 30
"""Seconds before sessionExpiresAt at which it counts as over."""


class ExpressOidcDecoder:
    """appSession of express-openid-connect and nextjs-auth0 v3."""

    name = "express-openid-connect"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a JWE with times in its header, less for a signed or bare id."""
        rated = [rate for bundle in bundles(cookies, (".",)) if (rate := _rate(bundle)) > 0]
        return max(rated, default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        likeliest = max(bundles(material.cookies, (".",)), key=_rate)
        found = whole_first(likeliest, material.cookies)
        if header_of(found.value):
            return open_bundle(found, lambda value: _sealed(found, value, material))
        if _SIGNED.fullmatch(found.value):
            return _signed(found, material)
        return _stored(found, found.value, 0, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session; a stored one keeps its id."""
        if found.session_id:
            is_signed = found.size > len(found.session_id)
            text = str(found.payload["id"]) if set(found.payload) == {"id"} else found.session_id
        elif "(transaction)" in found.format:
            text, is_signed = compact(found.payload).decode(), True
        else:
            return seal_sealed(found, secrets)
        name = found.cookies[0]
        return {name: f"{text}.{signature_of(name, text, secrets[0])}" if is_signed else text}


def seal_sealed(found: Decoded, secrets: Sequence[str]) -> CookieGroup:
    """Return the cookies of a session whose times are in the header."""
    times = {"iat": found.issued, "uat": found.updated, "exp": found.expires}
    header = found.header | {n: int(at) for n, at in times.items() if at is not None}
    value = seal_jwe(compact(found.payload), hkdf(secrets[0], "", CEK, 32), header)
    return split(found.cookies, value, size=CHUNK_SIZE, separator=".")


def _rate(bundle: Bundle) -> float:
    header = header_of(bundle.value)
    if header is not None:
        has_times = header.get("enc") == GCM and "uat" in header
        return (1.0 if has_times else -1.0) + 0.01 * len(bundle.parts)
    if _SIGNED.fullmatch(bundle.value) and bundle.name in TRANSIENT:
        return 1.0
    if bundle.name == "appSession" and (
        _SIGNED.fullmatch(bundle.value) or _ID.fullmatch(bundle.value)
    ):
        return 0.9
    if _ID.fullmatch(bundle.value):
        return 0.25
    signed = _SIGNED.fullmatch(bundle.value)
    return 0.5 if signed and "." not in signed[1] and ":" not in signed[1] else -1.0


def _sealed(bundle: Bundle, value: str, material: Material) -> Decoded:
    check_whole(value)
    header = header_of(value) or {}
    ends, issued = to_number(header.get("exp")), to_number(header.get("iat"))
    why = "another secret sealed it, or its ciphertext or tag was changed"
    payload, index = with_any_secret(
        material.secrets, lambda secret: open_jwe(value, hkdf(secret, "", CEK, 32), enc=GCM), why
    )
    ceiling = to_number(payload.get("sessionExpiresAt"))
    first, rule = earliest(
        ("exp in its header", ends),
        ("sessionExpiresAt", ceiling - CEILING if ceiling is not None else None),
    )
    problem, reason = too_old(first, material.now, rule)
    return Decoded(
        format="nextjs-auth0 v3" if _is_v3(payload) else "express-openid-connect",
        cookies=bundle.names,
        header=header,
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=issued,
        updated=to_number(header.get("uat")),
        expires=ends,
        ends_by=rule,
        problem=problem,
        reason=reason,
    )


def _is_v3(payload: JsonObject) -> bool:
    """Say whether nextjs-auth0 wrote it; an app may put a `user` beside express' own tokens."""
    if {"id_token", "access_token", "token_type"} & set(payload):
        return False
    return not {"user", "accessToken", "idToken"}.isdisjoint(payload)


def _signed(bundle: Bundle, material: Material) -> Decoded:
    match = _SIGNED.fullmatch(bundle.value)
    text, signature = (match[1], match[2]) if match else ("", "")
    _, index = with_any_secret(
        material.secrets,
        lambda secret: is_same(signature_of(bundle.name, text, secret), signature) or None,
        "the signature is of another secret, another cookie name, or the value was changed",
    )
    inside = parse_object(text)
    if inside is None:
        return _stored(bundle, text, index, material)
    return Decoded(
        format="express-openid-connect (transaction)",
        cookies=bundle.names,
        payload=inside,
        key_index=index,
        size=bundle.size,
    )


def signature_of(name: str, text: str, secret: str) -> str:
    """Return the signature of a cookie's value; its name is signed too."""
    key = hkdf(secret, "", SIGNING, 32)
    return to_base64url(mac(key, f"{_PROTECTED}.{name}={text}"))


def _stored(bundle: Bundle, key: str, index: int, material: Material) -> Decoded:
    """Return the session of an id, with its row when there is one."""
    row = next((row for name, row in material.rows.items() if name.endswith(key)), None)
    record = parse_object(row) if row is not None else None
    if row is not None and not {"header", "data"} <= set(record or {}):
        raise DecodeError("its row in the store is no {header, data}", code="not_a_session")
    header = (record or {}).get("header")
    data = (record or {}).get("data")
    times: JsonObject = header if isinstance(header, dict) else {}
    payload: JsonObject = data if isinstance(data, dict) else {"id": key}
    ends = to_number(times.get("exp"))
    family = "nextjs-auth0 v3" if _is_v3(payload) else "express-openid-connect"
    return Decoded(
        format=f"{family} (stateful)",
        cookies=bundle.names,
        header=times,
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=to_number(times.get("iat")),
        updated=to_number(times.get("uat")),
        session_id=key,
    ).with_end(ends, "exp in its row", material.now)

"""express-openid-connect, and the v3 of nextjs-auth0, which shares its key and header.

JWE with iat, uat and exp in the protected header (readable without any secret), or a session id,
bare or signed (RFC 7797, detached) together with the cookie's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import EXPRESS_OIDC
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_end,
    find_row,
    with_any_name,
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
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.jwe import (
    check_whole,
    earliest,
    header_of,
    open_jwe,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.jwe_tag import GCM
from session_inspector.devserver.decoders.codecs.kdf import hkdf
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.timestamp import drop_unknown_times
from session_inspector.devserver.decoders.evidence import NO_ROW
from session_inspector.devserver.decoders.no_json import check_strict
from session_inspector.devserver.decoders.traits import Traits

ENCRYPTION_INFO = "JWE CEK"
SIGNING_INFO = "JWS Cookie Signing"
SESSION_NAME = "appSession"
TRANSIENT = ("auth_verification", "_auth_verification")
CEILING_MARGIN = 30
"""Seconds before sessionExpiresAt at which it counts as over."""
ABSOLUTE = 604_800
"""Seconds from iat: absoluteDuration of express-openid-connect and nextjs-auth0 v3."""
EXPRESS_CLAIMS = frozenset({"id_token", "access_token", "token_type"})
V3_CLAIMS = frozenset({"user", "accessToken", "idToken"})
_PROTECTED = to_base64url(b'{"alg":"HS256","b64":false,"crit":["b64"]}')
_ID = re.compile(r"[0-9a-f]{32}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{43}")


class ExpressOidcDecoder:
    """appSession of express-openid-connect and nextjs-auth0 v3."""

    name = "express-openid-connect"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=(SESSION_NAME,),
        chunks=EXPRESS_OIDC,
        longest_life=ABSOLUTE,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a JWE with times in its header; an id, signed or bare, under its own name only."""
        return strongest(map(_claim_bundle, bundles(cookies, EXPRESS_OIDC)))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        likeliest = choose(bundles(material.cookies, EXPRESS_OIDC), _claim_bundle)
        found = whole_first(likeliest, material.cookies)
        if header_of(found.value):
            return open_bundle(found, lambda value: _open_sealed(found, value, material))
        if _signed_text(found.value):
            return _open_signed(found, material)
        return _open_stored(found, found.value, Check(unverified=NO_ROW), material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session; a stored one keeps its id."""
        name = found.cookies[0]
        if found.session_id:
            is_signed = found.size > len(found.session_id)
            return {name: _seal_id(name, found, secrets[0], is_signed=is_signed)}
        if found.role == "transaction":
            text = compact_json(found.payload).decode()
            return {name: f"{text}.{signature_of(name, text, secrets[0])}"}
        return seal_sealed(found, secrets)


def seal_sealed(found: Decoded, secrets: Sequence[str]) -> CookieGroup:
    """Return the cookies of a session whose times are in the header."""
    header = found.header | drop_unknown_times(
        {"iat": found.issued, "uat": found.updated, "exp": found.expires}
    )
    value = seal_jwe(compact_json(found.payload), _encryption_key(secrets[0]), header)
    return split_value(found.cookies, value, EXPRESS_OIDC)


def signature_of(name: str, text: str, secret: str) -> str:
    """Return the signature of a cookie's value; its name is signed too."""
    key = hkdf(secret, "", SIGNING_INFO, 32)
    return to_base64url(mac(key, f"{_PROTECTED}.{name}={text}"))


def _encryption_key(secret: str) -> bytes:
    return hkdf(secret, "", ENCRYPTION_INFO, 32)


def _seal_id(name: str, found: Decoded, secret: str, *, is_signed: bool) -> str:
    """Return the cookie of an id, which an edit may have replaced."""
    key = found.session_id
    if set(found.payload) == {"id"}:
        key = str(found.payload["id"])
    if not is_signed:
        return key
    return f"{key}.{signature_of(name, key, secret)}"


def _claim_bundle(bundle: Bundle) -> Claim | None:
    header = header_of(bundle.value)
    if header is not None:
        return _claim_sealed(header, 0.01 * len(bundle.parts))
    signed = _signed_text(bundle.value)
    if signed.startswith('{"') and bundle.name in TRANSIENT:
        return looks_like(f"JSON and a signature of 43 characters, named {bundle.name}")
    is_id = _ID.fullmatch(signed or bundle.value) is not None
    if bundle.name == SESSION_NAME and is_id:
        return looks_like(f"an id of 32 hexadecimal digits, named {SESSION_NAME}", 0.9)
    if signed and bundle.name == SESSION_NAME:
        return looks_like(f"a text and 43 characters of a signature, named {SESSION_NAME}", 0.85)
    if signed and "." not in signed and ":" not in signed:
        return could_be("a text, a dot, and 43 characters as of an HMAC-SHA256", 0.5)
    if is_id:
        return could_be("32 hexadecimal digits", 0.25)
    return NOT_MINE


def _signed_text(value: str) -> str:
    """Return the text before a signature of 43 characters, empty where there is none."""
    text, _, signature = value.rpartition(".")
    if _SIGNATURE.fullmatch(signature):
        return text
    return ""


def _claim_sealed(header: JsonObject, more: float) -> Claim | None:
    if header.get("enc") == GCM and "uat" in header:
        return looks_like("a JWE whose header has iat, uat and exp", 1 + more)
    return NOT_MINE


def _open_sealed(bundle: Bundle, value: str, material: Material) -> Decoded:
    check_whole(value)
    header = header_of(value) or {}
    payload, index = with_any_secret(
        material.secrets,
        lambda secret: open_jwe(value, _encryption_key(secret), enc=GCM),
        "another secret sealed it, or its ciphertext or tag was changed",
    )
    ends = to_number(header.get("exp"))
    first, rule = earliest(("exp in its header", ends), ("sessionExpiresAt", _ceiling(payload)))
    problem, reason = check_end(first, material.now, rule)
    return Decoded(
        format=_name_format(payload),
        cookies=bundle.names,
        header=header,
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=to_number(header.get("iat")),
        updated=to_number(header.get("uat")),
        expires=ends,
        ends_by=rule,
        problem=problem,
        reason=reason,
    )


def _ceiling(payload: JsonObject) -> float | None:
    """Return when the provider's ceiling ends a session, None when it has none."""
    ceiling = to_number(payload.get("sessionExpiresAt"))
    if ceiling is None:
        return None
    return ceiling - CEILING_MARGIN


def _name_format(payload: JsonObject) -> str:
    """Return who wrote it; an app may put a `user` beside express' own tokens."""
    if EXPRESS_CLAIMS.isdisjoint(payload) and not V3_CLAIMS.isdisjoint(payload):
        return "nextjs-auth0 v3"
    return "express-openid-connect"


def _open_signed(bundle: Bundle, material: Material) -> Decoded:
    text, _, signature = bundle.value.rpartition(".")
    check = _check_signed(bundle.name, text, signature, material)
    if check.salt not in (bundle.name, *material.salts):
        raise DecodeError(
            f"the secret is right, but the cookie was made as {check.salt}: its name is signed too,"
            f" and nothing is read from {bundle.name}",
            code="wrong_name",
            payload=parse_object(text) or {"id": text},
            cookie_name=check.salt,
        )
    inside = parse_object(text)
    if inside is None:
        return _open_stored(bundle, text, check, material)
    return Decoded(
        format="express-openid-connect (transaction)",
        role="transaction",
        cookies=bundle.names,
        payload=inside,
        key_index=check.key_index,
        unverified=check.unverified,
        size=bundle.size,
    )


def _check_signed(name: str, text: str, signature: str, material: Material) -> Check:
    """Check a signature, of which the cookie's name is a part. Raises: DecodeError."""
    if not material.secrets:
        return Check(salt=name)
    signer, index = with_any_name(
        material,
        [name],
        [SESSION_NAME, *TRANSIENT],
        lambda secret, tried: is_same(signature_of(tried, text, secret), signature),
        "the signature is of another secret, another cookie name, or the value was changed",
    )
    return Check(signer, index, None)


def _open_stored(bundle: Bundle, key: str, check: Check, material: Material) -> Decoded:
    """Return the session of an id, with its row when there is one."""
    payload, times = _read_row(key, material)
    unverified = check.unverified
    if times and unverified == NO_ROW:
        unverified = None
    return Decoded(
        format=f"{_name_format(payload)} (stateful)",
        cookies=bundle.names,
        header=times,
        payload=payload,
        key_index=check.key_index,
        unverified=unverified,
        size=bundle.size,
        issued=to_number(times.get("iat")),
        updated=to_number(times.get("uat")),
        session_id=key,
    ).with_end(to_number(times.get("exp")), "exp in its row", material.now)


def _read_row(key: str, material: Material) -> tuple[JsonObject, JsonObject]:
    """Return (session, times) of a row; the id alone without one. Raises: DecodeError."""
    row = find_row(material, key)
    if row is None:
        return {"id": key}, {}
    record = parse_object(row) or {}
    if not {"header", "data"} <= set(record):
        raise DecodeError("its row in the store is no {header, data}", code="not_a_session")
    check_strict(record)
    data = record["data"]
    if not isinstance(data, dict):
        data = {"id": key}
    return data, object_member(record, "header")

"""Plain JWTs and JWEs, for cookies of no framework that is known here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    too_old,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.keys import (
    compact,
    from_base64,
    from_base64url,
    is_same,
    mac,
    parse_object,
    to_base64url,
    utf8,
)

SHORTEST = 16
"""Bytes of the shortest key an encryption here can have."""
BASE64URL, BASE64 = "base64url", "base64"
SYMMETRIC = ("HS256", "HS384", "HS512")
BEHEADED = re.compile(r"[A-Za-z0-9_-]{20,4096}\.\.(?:[A-Za-z0-9_-]{16}|[A-Za-z0-9_-]{22})\.")
"""How a JWE with a direct key starts, or its first chunk, whatever became of the header."""
_REGISTRY = JWERegistry(
    algorithms=[
        "dir",
        "A128KW",
        "A256KW",
        "A128GCM",
        "A192GCM",
        "A256GCM",
        "A128CBC-HS256",
        "A192CBC-HS384",
        "A256CBC-HS512",
    ],
    strict_check_header=False,
)


class TokenDecoder:
    """Any JWT (three parts) or JWE (five parts)."""

    name = "jwt"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 0.4 for a JWT, 0.1 for a JWE: whoever knows the format better goes first."""
        return max((_rate(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate(pair[1]))
        if header_of(value) is None:
            raise DecodeError(
                "it has the parts of a JWE, but its first part is no header in JSON: the header"
                " was changed or cut",
                code="tampered",
            )
        if value.count(".") == 4:
            payload, index = _opened(value, material)
            return _decoded(name, value, "JWE", payload, index, material, ())
        return _token(name, value, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return an edited JWT, signed with the secret. Raises: DecodeError for other kinds."""
        alg = found.header.get("alg")
        if alg not in SYMMETRIC or not secrets or found.format == "JWE":
            raise DecodeError(
                f"a {found.format} with alg {alg} needs a key that is not here", code="not_sealable"
            )
        times = {"iat": found.issued, "exp": found.expires}
        payload = found.payload | {n: int(at) for n, at in times.items() if at is not None}
        text = f"{to_base64url(compact(found.header))}.{to_base64url(compact(payload))}"
        key = _keys(secrets[0]).get(found.salt, utf8(secrets[0]))
        digest = mac(key, text, f"sha{str(alg)[2:]}")
        return {found.cookies[0]: f"{text}.{to_base64url(digest)}"}


def _rate(value: str) -> float:
    if not value.startswith("eyJ") or header_of(value) is None:
        return 0.05 if BEHEADED.match(value) else -1.0
    return {2: 0.4, 4: 0.1}.get(value.count("."), -1.0)


def header_of(value: str) -> JsonObject | None:
    """Return the header of a compact token, None for anything else."""
    raw = from_base64url(value.partition(".")[0])
    header = parse_object(raw) if raw else None
    return header if header and "alg" in header else None


def _keys(secret: str) -> dict[str, bytes]:
    """Return what a secret can mean, by name: its text, or the bytes it encodes."""
    found = {"": utf8(secret), BASE64URL: from_base64url(secret), BASE64: from_base64(secret)}
    return {name: key for name, key in found.items() if key}


def _opened(value: str, material: Material) -> tuple[JsonObject, int]:
    def tried(secret: str) -> JsonObject | None:
        for key in _keys(secret).values():
            if len(key) < SHORTEST:
                continue
            try:
                opened = jwe.decrypt_compact(value, OctKey.import_key(key), registry=_REGISTRY)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
            return parse_object(opened.plaintext or b"") or {}
        return None

    return with_any_secret(material.secrets, tried, "its key is another, or derived in another way")


def _token(name: str, value: str, material: Material) -> Decoded:
    header = header_of(value) or {}
    payload = parse_object(from_base64url(value.split(".")[1]) or b"")
    if payload is None:
        raise DecodeError("its second part is no JSON object", code="not_a_session")
    alg = header.get("alg")
    if alg not in SYMMETRIC:
        kind = "no signature at all" if alg == "none" else f"{alg}: a public key checks it"
        return _decoded(name, value, "JWT", payload, 0, material, (kind, "readable by anybody"))
    if not material.secrets:
        return _decoded(name, value, "JWT", payload, 0, material, ("signature not checked",))

    signed, _, signature = value.rpartition(".")
    digest = f"sha{str(alg)[2:]}"

    def fits(secret: str) -> str | None:
        for kind, key in _keys(secret).items():
            if is_same(to_base64url(mac(key, signed, digest)), signature):
                return kind
        return None

    kind, index = with_any_secret(
        material.secrets, fits, "the signature is of another secret, or a part was changed"
    )
    found = _decoded(name, value, "JWT", payload, index, material, ("readable by anybody",))
    return replace(found, salt=kind)


def _decoded(
    name: str,
    value: str,
    family: str,
    payload: JsonObject,
    index: int,
    material: Material,
    notes: tuple[str, ...],
) -> Decoded:
    ends = to_number(payload.get("exp"))
    problem, reason = too_old(ends, material.now, "exp")
    starts = to_number(payload.get("nbf"))
    if starts is not None and material.now < starts:
        problem, reason = "not_yet", "nbf: it is not valid yet"
    return Decoded(
        format=family,
        cookies=(name,),
        header=header_of(value) or {},
        payload=payload,
        key_index=index,
        size=len(value),
        issued=to_number(payload.get("iat")),
        expires=ends,
        ends_by="exp" if ends is not None else "",
        problem=problem,
        reason=reason,
        notes=notes,
    )

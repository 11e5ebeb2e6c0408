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
from session_inspector.devserver.core.json.reading import NO_JSON
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    check_end,
    drop_unknown_times,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    from_base64url,
    to_base64url,
)
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

SHORTEST = 16
"""Bytes of the shortest key an encryption here can have."""
BASE64URL = "base64url"
BASE64 = "base64"
BY_DOTS = {2: 0.4, 4: 0.1}
"""Likeness by the dots of a compact token: a JWT has two, a JWE four."""
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
    traits = Traits()

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 0.4 for a JWT, 0.1 for a JWE: whoever knows the format better goes first."""
        return max((_rate_token(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate_token(pair[1]))
        if header_of(value) is None:
            raise DecodeError(
                "it has the parts of a JWE, but its first part is no header in JSON: the header"
                " was changed or cut",
                code="tampered",
            )
        if value.count(".") == 4:
            return _open_jwe(name, value, material)
        return _open_jwt(name, value, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return an edited JWT, signed with the secret. Raises: DecodeError for other kinds."""
        alg = found.header.get("alg")
        if alg not in SYMMETRIC or not secrets or found.format == "JWE":
            raise DecodeError(
                f"a {found.format} with alg {alg} needs a key that is not here", code="not_sealable"
            )
        payload = found.payload | drop_unknown_times({"iat": found.issued, "exp": found.expires})
        header = to_base64url(compact_json(found.header))
        text = f"{header}.{to_base64url(compact_json(payload))}"
        key = _read_keys(secrets[0]).get(found.salt, to_utf8(secrets[0]))
        digest = mac(key, text, _digest_name(str(alg)))
        return {found.cookies[0]: f"{text}.{to_base64url(digest)}"}


def header_of(value: str) -> JsonObject | None:
    """Return the header of a compact token, None for anything else."""
    header = parse_object(from_base64url(value.partition(".")[0]) or b"")
    if header is None or "alg" not in header:
        return None
    return header


def _rate_token(value: str) -> float:
    if value.startswith("eyJ") and header_of(value) is not None:
        return BY_DOTS.get(value.count("."), -1.0)
    if BEHEADED.match(value):
        return 0.05
    return -1.0


def _read_keys(secret: str) -> dict[str, bytes]:
    """Return what a secret can mean, by name: its text, or the bytes it encodes."""
    found = {
        "": to_utf8(secret),
        BASE64URL: from_base64url(secret),
        BASE64: from_base64(secret),
    }
    return {name: key for name, key in found.items() if key}


def _digest_name(alg: str) -> str:
    """Return the hash of HS256, HS384, HS512: `sha256`, …"""
    return f"sha{alg[2:]}"


def _open_jwe(name: str, value: str, material: Material) -> Decoded:
    payload, index = with_any_secret(
        material.secrets,
        lambda secret: _decrypt(value, secret),
        "its key is another, or derived in another way",
    )
    return _describe(name, value, payload, material, key_index=index)


def _decrypt(value: str, secret: str) -> JsonObject | None:
    for key in _read_keys(secret).values():
        if len(key) < SHORTEST:
            continue
        try:
            opened = jwe.decrypt_compact(value, OctKey.import_key(key), registry=_REGISTRY)
        except (JoseError, *NO_JSON, TypeError, KeyError):
            continue
        return parse_object(opened.plaintext or b"") or {}
    return None


def _open_jwt(name: str, value: str, material: Material) -> Decoded:
    header = header_of(value) or {}
    payload = parse_object(from_base64url(value.split(".")[1]) or b"")
    if payload is None:
        raise DecodeError("its second part is no JSON object", code="not_a_session")
    alg = header.get("alg")
    if alg not in SYMMETRIC:
        kind = f"{alg}: a public key checks it"
        if alg == "none":
            kind = "no signature at all"
        return _describe(name, value, payload, material, notes=(kind, "readable by anybody"))
    if not material.secrets:
        return _describe(name, value, payload, material, notes=("signature not checked",))
    key_name, index = with_any_secret(
        material.secrets,
        lambda secret: _check_signature(value, _digest_name(str(alg)), secret),
        "the signature is of another secret, or a part was changed",
    )
    notes = ("readable by anybody",)
    found = _describe(name, value, payload, material, key_index=index, notes=notes)
    return replace(found, salt=key_name)


def _check_signature(value: str, digest: str, secret: str) -> str | None:
    """Return the name of the key that signed it, None when the secret did not."""
    signed, _, signature = value.rpartition(".")
    for name, key in _read_keys(secret).items():
        if is_same(to_base64url(mac(key, signed, digest)), signature):
            return name
    return None


def _describe(
    name: str,
    value: str,
    payload: JsonObject,
    material: Material,
    *,
    key_index: int = 0,
    notes: tuple[str, ...] = (),
) -> Decoded:
    ends = to_number(payload.get("exp"))
    problem, reason = check_end(ends, material.now, "exp")
    if "exp" in payload and ends is None:
        notes = (*notes, "its exp is no date")
    starts = to_number(payload.get("nbf"))
    if starts is not None and material.now < starts:
        problem = "not_yet"
        reason = "nbf: it is not valid yet"
    return Decoded(
        format="JWE" if value.count(".") == 4 else "JWT",
        cookies=(name,),
        header=header_of(value) or {},
        payload=payload,
        key_index=key_index,
        size=len(value),
        issued=to_number(payload.get("iat")),
        expires=ends,
        ends_by="exp" if ends is not None else "",
        problem=problem,
        reason=reason,
        notes=notes,
    )

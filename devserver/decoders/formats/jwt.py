"""Plain JWTs and JWEs, for cookies of no framework that is known here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_end,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    from_base64url,
    to_base64url,
)
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.jwe import (
    check_alphabet,
    decrypt_compact,
    read_header,
)
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import drop_unknown_times
from session_inspector.devserver.decoders.evidence import NO_SIGNATURE, lacking_key, lacking_secret
from session_inspector.devserver.decoders.token_parts import (
    SYMMETRIC,
    check_parts,
    check_signature_length,
    is_public,
)
from session_inspector.devserver.decoders.traits import Traits

SHORTEST = 16
"""Bytes of the shortest key an encryption here can have."""
LONGEST_HEADER = 65_536
BASE64URL = "base64url"
BASE64 = "base64"
PREVIEW = "__next_preview_data"
BEHEADED = re.compile(r"[A-Za-z0-9_-]{20,4096}\.\.(?:[A-Za-z0-9_-]{16}|[A-Za-z0-9_-]{22})\.")
"""How a JWE with a direct key starts, or its first chunk, whatever became of the header."""
ALGORITHMS = (
    "dir",
    "A128KW",
    "A256KW",
    "A128GCM",
    "A192GCM",
    "A256GCM",
    "A128CBC-HS256",
    "A192CBC-HS384",
    "A256CBC-HS512",
)
"""Of an encrypted token whose key is a secret or its bytes."""


class TokenDecoder:
    """Any JWT (three parts) or JWE (five parts)."""

    name = "jwt"
    traits = Traits(is_issued_anew=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim three or five parts with a header: whoever knows the format better goes first."""
        return strongest_cookie(cookies, _claim_token)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_token)
        if header_of(value) is None:
            raise DecodeError(
                "it has the parts of a JWE, but its first part is no header in JSON: the header"
                " was changed or cut",
                code="tampered",
            )
        if "enc" in (header_of(value) or {}):
            check_parts(value, 5, "JWE")
            return _open_jwe(name, value, material)
        check_parts(value, 3, "JWT")
        return open_token(name, value, material)

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
    first = value.partition(".")[0]
    if not first.startswith("eyJ") or len(first) > LONGEST_HEADER:
        return None
    header = read_header(first)
    if header is None or "alg" not in header:
        return None
    return header


def claims_of(value: str) -> JsonObject:
    """Return what a JWT holds, unverified; empty for anything else."""
    if header_of(value) is None or value.count(".") != 2:
        return {}
    return parse_object(from_base64url(value.split(".")[1]) or b"") or {}


def _claim_token(name: str, value: str) -> Claim | None:
    if BEHEADED.match(value) and header_of(value) is None:
        return looks_like("an empty second part and an IV, as a JWE with a direct key has", 0.05)
    header = header_of(value)
    dots = value.count(".")
    if header is None or not value.startswith("eyJ") or not 1 <= dots <= 4:
        return NOT_MINE
    if "enc" in header:
        return looks_like("the header of a JWE, with alg and enc", 0.1)
    if dots > 2 or not _is_jws_algorithm(str(header["alg"])):
        return NOT_MINE
    return looks_like("the header of a JWT, and base64url between dots", 0.4)


def _is_jws_algorithm(alg: str) -> bool:
    return alg in (*SYMMETRIC, "none") or is_public(alg)


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
    try:
        payload, index = with_any_secret(
            material.secrets,
            lambda secret: _decrypt(value, secret),
            "as the key itself; each application derives its key in a way of its own",
        )
    except DecodeError as error:
        if error.code != "wrong_secret":
            raise
        # the secret may be right: only families that derive the key as theirs can call it wrong
        raise DecodeError(f"it is a JWE; {error.message}", code="not_certain") from error
    return _describe(name, value, payload, material, key_index=index)


def _decrypt(value: str, secret: str) -> JsonObject | None:
    for key in _read_keys(secret).values():
        if len(key) < SHORTEST:
            continue
        opened = decrypt_compact(value, key, ALGORITHMS)
        if opened is not None:
            return parse_object(opened) or {}
    return None


def open_token(name: str, value: str, material: Material) -> Decoded:
    """Read a JWT, verified where a secret or a key does it. Raises: DecodeError."""
    payload = parse_object(from_base64url(value.split(".")[1]) or b"")
    if payload is None:
        raise DecodeError(
            "its second part is no JSON object: the content was changed or cut", code="tampered"
        )
    if name == PREVIEW and "data" in payload:
        raise DecodeError("Next.js' preview mode, no session", code="not_a_session")
    check = check_token(value, material, payload)
    notes = ("readable by anybody",)
    found = _describe(name, value, payload, material, key_index=check.key_index, notes=notes)
    return replace(found, salt=check.salt, unverified=check.unverified)


def check_token(value: str, material: Material, payload: JsonObject) -> Check:
    """Verify a signature. Raises: DecodeError (wrong_secret)."""
    check_alphabet(value, "JWT")
    header = header_of(value) or {}
    alg = str(header.get("alg"))
    if alg == "none":
        return Check(unverified=NO_SIGNATURE)
    if alg not in SYMMETRIC:
        return _check_public(value, alg, header, material, payload)
    if not material.secrets:
        return Check(unverified=lacking_secret(alg))
    check_signature_length(value, alg)
    key_name, index = with_any_secret(
        material.secrets,
        lambda secret: _check_signature(value, _digest_name(alg), secret),
        "the signature is of another secret, or a part was changed",
        readable=lambda: payload,
    )
    return Check(key_name, index, None)


def _check_public(
    value: str, alg: str, header: JsonObject, material: Material, payload: JsonObject
) -> Check:
    """Verify with the public keys that were given. Raises: DecodeError (wrong_secret)."""
    if not material.keys:
        return Check(unverified=lacking_key(alg))
    # joserfc's keys take 50 ms: for those who give one
    from session_inspector.devserver.decoders.token_keys import find_verifying

    if find_verifying(value, alg, header.get("kid"), material.keys) is not None:
        return Check(unverified=None)
    named = f" (it names the key {header['kid']})" if "kid" in header else ""
    raise DecodeError(
        f"none of the {len(material.keys)} keys given verifies it{named}: the signature is of"
        " another key, or a part was changed",
        code="wrong_secret",
        payload=payload,
    )


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
    key_index: int | None = None,
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
        format="JWE" if "enc" in (header_of(value) or {}) else "JWT",
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

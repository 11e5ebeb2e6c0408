"""Plug and Phoenix: a signed or encrypted Erlang term; keys by PBKDF2 from secret_key_base.

    SFMyNTY.CONTENT.HMAC                     signed
    XCP.IV,TAG,TEXT                          XChaCha20-Poly1305 (plug_crypto 2)
    QTEyOEdDTQ.KEY.IV.TEXT.TAG               AES-128-GCM, the key wrapped (plug_crypto 1)

The salts (`signing_salt`, `encryption_salt`) are the application's own: give them by `--salt`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_signature,
    stamp_end,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import TAG, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.serialised.erlang_terms import is_term, read_term
from session_inspector.devserver.decoders.codecs.xchacha import (
    NONCE,
    open_xchacha,
    seal_xchacha,
)
from session_inspector.devserver.decoders.content import keep_content
from session_inspector.devserver.decoders.evidence import NO_SALT
from session_inspector.devserver.decoders.traits import Traits

SIGNED = re.compile(r"(SFMyNTY\.([A-Za-z0-9_-]+))\.([A-Za-z0-9_-]{43})")
XCHACHA = re.compile(r"XCP\.([A-Za-z0-9_-]{56,})")
OLD = re.compile(
    r"QTEyOEdDTQ\.([A-Za-z0-9_-]{59})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{22})"
)
ROUNDS = 1000
KEY = 32
DATA = b"A128GCM"
"""What is authenticated beside the text, by default, whatever the cipher."""
IV = 12
WHY_SIGNED = "SFMyNTY, an Erlang term in base64url and an HMAC-SHA256, as Plug signs sessions"
WHY_SEALED = "XCP and XChaCha20's parts in base64url, as Plug encrypts sessions"
WHY_OLD = "QTEyOEdDTQ and four parts, as plug_crypto 1 encrypts sessions"
WRONG = "its MAC is of another secret_key_base or salt, or it was changed"


@dataclass(frozen=True, slots=True)
class _Term:
    payload: JsonObject
    check: Check
    raw: bytes


class PlugDecoder:
    """`_APP_key`: a map. Its atoms are shown, and never made."""

    name = "plug"
    traits = Traits(
        json="strict",
        is_issued_anew=True,
        visitor_members=frozenset({"_csrf_token", "phoenix_flash"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim Plug's own marks; what Phoenix.Token signs starts in the same way."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        found = _open_signed(value, material) or _open_sealed(value, material)
        kind = "signed" if SIGNED.fullmatch(value) else "encrypted"
        opened = Decoded(
            format=f"Plug ({kind})",
            cookies=(name,),
            payload=found.payload,
            key_index=found.check.key_index,
            unverified=found.check.unverified,
            size=len(value),
            salt=found.check.salt,
            header={"scheme": value.partition(".")[0]},
            content=found.raw,
            notes=("an Erlang term, read as structure; it holds no time: only Max-Age ends it",),
        )
        return _as_phoenix_token(opened, material) or opened

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie sealed with another secret. Raises: DecodeError for an edit."""
        raw = keep_content(found, _show)
        key = derive(secrets[0], found.salt)
        scheme = found.header.get("scheme")
        if scheme == "XCP":
            nonce = os.urandom(NONCE)
            sealed = seal_xchacha(key, nonce, raw, DATA)
            text = to_base64url(nonce + sealed[-TAG:] + sealed[:-TAG])
            return {found.cookies[0]: f"XCP.{text}"}
        if scheme != "SFMyNTY":
            raise DecodeError("plug_crypto 1 is only read here, not written", code="not_sealable")
        signed = f"SFMyNTY.{to_base64url(raw)}"
        return {found.cookies[0]: f"{signed}.{to_base64url(mac(key, signed))}"}


def _as_phoenix_token(opened: Decoded, material: Material) -> Decoded | None:
    """Return what Phoenix.Token signs: data, milliseconds, seconds; None for a session."""
    parts = opened.payload.get("value")
    if not isinstance(parts, list) or len(parts) != 3:
        return None
    signed_at = to_number(parts[1])
    life = to_number(parts[2])
    if signed_at is None or life is None:
        return None
    stamp = signed_at / 1000
    found = replace(
        opened,
        format="Plug (Phoenix.Token)",
        role="token",
        payload={"data": parts[0], "signed_at": signed_at, "max_age": life},
        issued=stamp,
        notes=("Phoenix.Token: a token beside the session",),
    )
    return found.with_end(stamp_end(stamp, material, life), "max_age in it", material.now)


def _show(raw: bytes) -> JsonObject:
    """Return what a term is shown as, a token's too."""
    found = _read(raw)
    parts = found.get("value")
    if isinstance(parts, list) and len(parts) == 3 and all(map(_is_number, parts[1:])):
        return {"data": parts[0], "signed_at": to_number(parts[1]), "max_age": to_number(parts[2])}
    return found


def _is_number(value: Json) -> bool:
    return to_number(value) is not None


def derive(secret: str, salt: str) -> bytes:
    """Return the key of a secret and a salt, as Plug.Crypto.KeyGenerator does by default."""
    return pbkdf2("sha256", secret, salt, ROUNDS, KEY)


def _claim_cookie(name: str, value: str) -> Claim | None:
    signed = SIGNED.fullmatch(value)
    if signed is not None:
        is_own = is_term(from_base64url(signed[2]) or b"")
        return looks_like(WHY_SIGNED) if is_own else NOT_MINE
    if XCHACHA.fullmatch(value):
        return looks_like(WHY_SEALED)
    if OLD.fullmatch(value):
        return looks_like(WHY_OLD)
    return NOT_MINE


def _open_signed(value: str, material: Material) -> _Term | None:
    """Return what is signed, None for what is encrypted. Raises: DecodeError."""
    match = SIGNED.fullmatch(value)
    if match is None:
        return None
    raw = from_base64url(match[2]) or b""
    payload = _read(raw)
    if material.secrets and not material.salts:
        return _Term(payload, Check(unverified=NO_SALT), raw)
    check = check_signature(
        material.secrets,
        [*material.salts, ""],
        lambda secret, salt: is_same(
            mac(derive(secret, salt), match[1]), from_base64url(match[3]) or b""
        ),
        WRONG,
        readable=lambda: payload,
    )
    return _Term(payload, check, raw)


def _open_sealed(value: str, material: Material) -> _Term:
    """Return what is encrypted. Raises: DecodeError."""
    if material.secrets and not material.salts:
        raise DecodeError(NO_SALT.reason, code=NO_SALT.code)
    (raw, salt), index = with_any_secret(
        material.secrets, lambda secret: _decrypt(value, secret, material.salts), WRONG
    )
    return _Term(_read(raw), Check(salt, index, None), raw)


def _decrypt(value: str, secret: str, salts: Sequence[str]) -> tuple[bytes, str] | None:
    """Return (text, salt) with the first salts that fit."""
    for salt in salts:
        raw = _decrypt_xchacha(value, derive(secret, salt))
        if raw is not None:
            return raw, salt
        for signing in salts:
            raw = _decrypt_old(value, derive(secret, salt), derive(secret, signing))
            if raw is not None:
                return raw, salt
    return None


def _decrypt_xchacha(value: str, key: bytes) -> bytes | None:
    match = XCHACHA.fullmatch(value)
    if match is None:
        return None
    raw = from_base64url(match[1]) or b""
    tag = raw[NONCE : NONCE + TAG]
    return open_xchacha(key, raw[:NONCE], raw[NONCE + TAG :] + tag, DATA)


def _decrypt_old(value: str, key: bytes, signing: bytes) -> bytes | None:
    match = OLD.fullmatch(value)
    if match is None:
        return None
    wrapped, iv, text, tag = (from_base64url(part) or b"" for part in match.groups())
    inner = decrypt_gcm(key, wrapped[-IV:], wrapped[:-IV], signing)
    if inner is None:
        return None
    return decrypt_gcm(inner, iv, text + tag, DATA)


def _read(raw: bytes) -> JsonObject:
    """Return the map of a session. Raises: DecodeError (tampered)."""
    found = read_term(raw)
    if isinstance(found, dict):
        return found
    return {"value": found}

"""Quarkus OIDC: `q_session`, a JWE of the tokens (A256GCMKW), its key SHA-256 of the secret.

ID token, access token and refresh token stand between bars; with `split-tokens` in `q_session_at`
and `q_session_rt`. Long values are in `q_session_chunk_1`, …
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import QUARKUS
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    joined_first,
    open_bundle,
    split_value,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    could_be,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.jwe import (
    decrypt_compact,
    encrypt_compact,
    read_header,
)
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.subject import token_claims
from session_inspector.devserver.decoders.traits import Traits

NAME = re.compile(r"q_session(?:_[\w-]+)?")
ALG = "A256GCMKW"
ENC = "A256GCM"
TAG = 22
"""Characters of the tag of AES-GCM."""
LONGEST_HEADER = 4096
TOKENS = ("id_token", "access_token", "refresh_token")
WHY = "named q_session, and a JWE of A256GCMKW, as Quarkus OIDC seals tokens"
WRONG = "as SHA-256 of quarkus.oidc.token-state-manager.encryption-secret or credentials.secret"


class QuarkusDecoder:
    """`q_session`, `q_session_TENANT`, and their chunks."""

    name = "quarkus"
    traits = Traits(json="strict", cookie_names=("q_session",), chunks=QUARKUS, is_issued_anew=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the JWE under Quarkus' name."""
        return strongest(_claim_bundle(one) for one in joined_first(cookies, QUARKUS))

    def decode(self, material: Material) -> Decoded:
        """Open the tokens. Raises: DecodeError."""
        bundle = choose(joined_first(material.cookies, QUARKUS), _claim_bundle)
        return open_bundle(bundle, lambda value: _open(bundle, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of other tokens, or of another secret."""
        text = "|".join(str(found.payload.get(name, "")) for name in TOKENS)
        kept = {name: one for name, one in found.header.items() if name not in ("iv", "tag")}
        value = encrypt_compact(to_utf8(text), _key_of(secrets[0]), kept, (ALG, ENC))
        return split_value(found.cookies, value, QUARKUS)


def _claim_bundle(bundle: Bundle) -> Claim | None:
    first = bundle.value.partition(".")[0]
    if not first.startswith("eyJ") or len(first) > LONGEST_HEADER:
        return NOT_MINE
    header = read_header(first) or {}
    if header.get("alg") != ALG or header.get("enc") != ENC:
        return NOT_MINE
    if NAME.fullmatch(bundle.name):
        return looks_like(WHY)
    return could_be("a JWE of A256GCMKW")


def _open(bundle: Bundle, value: str, material: Material) -> Decoded:
    if value.count(".") != 4:
        raise DecodeError("it was cut: a JWE has five parts", code="truncated")
    if len(value.rpartition(".")[2]) < TAG:
        raise DecodeError(
            f"it was cut: its last part has not the {TAG} characters of a tag", code="truncated"
        )
    text, index = with_any_secret(material.secrets, lambda secret: _decrypt(value, secret), WRONG)
    payload = _read_tokens(text)
    claims = token_claims(str(payload.get("id_token", "")))
    return Decoded(
        format="Quarkus OIDC",
        cookies=tuple(bundle.names),
        header=read_header(value.partition(".")[0]) or {},
        payload=payload,
        key_index=index,
        size=len(value),
        issued=to_number(claims.get("iat")),
    ).with_end(to_number(claims.get("exp")), "exp of the ID token", material.now)


def _read_tokens(text: str) -> JsonObject:
    parts = text.split("|")
    found: JsonObject = {}
    for name, token in zip(TOKENS, parts, strict=False):
        if token:
            found[name] = token
    return found


def _decrypt(value: str, secret: str) -> str | None:
    opened = decrypt_compact(value, _key_of(secret), (ALG, ENC))
    if opened is None:
        return None
    return opened.decode("utf-8", "replace")


def _key_of(secret: str) -> bytes:
    return hashlib.sha256(to_utf8(secret)).digest()

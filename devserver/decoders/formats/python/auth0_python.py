"""auth0-server-python and auth0-fastapi: JWE under a key of an identifier, always chunked."""

from __future__ import annotations

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
from session_inspector.devserver.decoders.bundles import Bundle, bundles, split
from session_inspector.devserver.decoders.codecs.jwe import (
    CBC,
    check_whole,
    header_of,
    open_jwe,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.keys import compact, hkdf, parse_object

INFO = "Auth0 Generated Encryption"
IDENTIFIER = "_a0_session"
TRANSACTION = "_a0_tx"
CEILING = 30
WHY = "another secret or another identifier sealed it, or its ciphertext or tag was changed"
NO_STATE = (
    "its key needs the OAuth state too (give it as a salt, from the authorize URL), or another"
    " secret sealed it"
)
NO_END = "no end is sealed inside: a copy of the cookie stays valid; only Max-Age limits it"
CHUNK_SIZE = 4075


class Auth0PythonDecoder:
    """_a0_session_0, _a0_session_1, …, and the transaction _a0_tx."""

    name = "auth0-server-python"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for A256CBC-HS512 without a kid, or the fixed id of the stateful store."""
        return max((_rate(bundle) for bundle in bundles(cookies, ("_",))), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        found = max(bundles(material.cookies, ("_",)), key=_rate)
        if header_of(found.value) is None:
            return _stored(found, material)
        return open_bundle(found, lambda value: _opened(found, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, always with a chunk's number."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        key = key_of(secrets[0], found.salt)
        value = seal_jwe(compact(found.payload), key, {"alg": "dir", "enc": CBC})
        if "(transaction)" in found.format:
            return {found.cookies[0]: value}
        return split(found.cookies, value, size=CHUNK_SIZE, separator="_", is_always=True)


def _rate(bundle: Bundle) -> float:
    header = header_of(bundle.value)
    if header is None:
        return 0.95 if bundle.value == bundle.name == IDENTIFIER else -1.0
    is_ours = header.get("enc") == CBC and "kid" not in header
    return (0.9 + 0.01 * len(bundle.parts)) if is_ours else -1.0


def key_of(secret: str, salt: str) -> bytes:
    """Return the key of a secret for a store's identifier."""
    return hkdf(secret, salt, INFO, 64)


def _opened(bundle: Bundle, value: str, material: Material) -> Decoded:
    check_whole(value)
    is_transaction = bundle.name == TRANSACTION
    salts = _salts(bundle.name, material)

    def tried(secret: str) -> tuple[JsonObject, str] | None:
        for salt in salts:
            found = open_jwe(value, key_of(secret, salt), enc=CBC)
            if found is not None:
                return found, salt
        return None

    why = NO_STATE if is_transaction and not material.salts else WHY
    (payload, salt), index = with_any_secret(material.secrets, tried, why)
    internal = payload.get("internal")
    inside: JsonObject = internal if isinstance(internal, dict) else {}
    ceiling = to_number(inside.get("session_expires_at"))
    ends = ceiling - CEILING if ceiling is not None else None
    return Decoded(
        format=f"auth0-server-python{' (transaction)' if is_transaction else ''}",
        cookies=bundle.names,
        header=header_of(value) or {},
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=to_number(inside.get("created_at")),
        salt=salt,
        notes=() if is_transaction else (f"salt {salt}", NO_END),
    ).with_end(ends, "session_expires_at", material.now)


def _salts(name: str, material: Material) -> list[str]:
    """Return the salts to try; a transaction's has the OAuth state in it."""
    if name == TRANSACTION:
        given = [s if s.startswith(TRANSACTION) else f"{TRANSACTION}:{s}" for s in material.salts]
        return [*given, TRANSACTION]
    return list(dict.fromkeys([*material.salts, IDENTIFIER, name]))


def _stored(bundle: Bundle, material: Material) -> Decoded:
    """Return the row of the stateful store, which has one key for everybody."""
    row = material.rows.get(bundle.value)
    payload = parse_object(row) if row is not None else None
    if row is not None and payload is None:
        raise DecodeError("its row in the store is no JSON object", code="tampered")
    internal = (payload or {}).get("internal")
    created = internal.get("created_at") if isinstance(internal, dict) else None
    return Decoded(
        format="auth0-fastapi (stateful)",
        cookies=bundle.names,
        payload=payload or {"id": bundle.value},
        size=bundle.size,
        issued=to_number(created),
        session_id=bundle.value,
        notes=("this store gives every user the same id: two users overwrite each other",),
    )

"""auth0-server-python and auth0-fastapi: JWE under a key of an identifier, always chunked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.cookies.chunk_rules import AUTH0_PYTHON
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import Bundle, bundles, open_bundle, split_value
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    could_be,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.jwe import (
    check_whole,
    header_of,
    open_jwe,
    seal_jwe,
)
from session_inspector.devserver.decoders.codecs.jwe_tag import CBC
from session_inspector.devserver.decoders.codecs.kdf import hkdf
from session_inspector.devserver.decoders.evidence import NO_ROW, Unverified
from session_inspector.devserver.decoders.traits import TimeMembers, Traits

INFO = "Auth0 Generated Encryption"
IDENTIFIER = "_a0_session"
TRANSACTION = "_a0_tx"
OWN = ("_a0_session", "_a0_tx")
WHY_SEALED = "a JWE of dir and A256CBC-HS512 without a kid"
CEILING_MARGIN = 30
"""Seconds before session_expires_at at which a session ends."""
WHY = "another secret or another identifier sealed it, or its ciphertext or tag was changed"
NO_STATE = (
    "its key needs the OAuth state too (give it as a salt, from the authorize URL), or another"
    " secret sealed it"
)
NO_END = "no end is sealed inside: a copy of the cookie stays valid; only Max-Age limits it"


class Auth0PythonDecoder:
    """_a0_session_0, _a0_session_1, …, and the transaction _a0_tx."""

    name = "auth0-server-python"
    traits = Traits(
        json="lenient",
        reads="last",
        cookie_names=(IDENTIFIER,),
        chunks=AUTH0_PYTHON,
        time_members=TimeMembers(
            inside="internal",
            created="created_at",
            expires="session_expires_at",
            margin=CEILING_MARGIN,
        ),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim A256CBC-HS512 without a kid, and the fixed id of the stateful store."""
        return strongest(map(_claim_bundle, bundles(cookies, AUTH0_PYTHON)))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        found = choose(bundles(material.cookies, AUTH0_PYTHON), _claim_bundle)
        if header_of(found.value) is None:
            return _open_stored(found, material)
        if found.name == TRANSACTION:
            return open_bundle(found, lambda value: _open_transaction(found, value, material))
        return open_bundle(found, lambda value: _open_session(found, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, always with a chunk's number."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        key = key_of(secrets[0], found.salt)
        value = seal_jwe(compact_json(found.payload), key, {"alg": "dir", "enc": CBC})
        if found.role == "transaction":
            return {found.cookies[0]: value}
        return split_value(found.cookies, value, AUTH0_PYTHON)


def key_of(secret: str, salt: str) -> bytes:
    """Return the key of a secret for a store's identifier."""
    return hkdf(secret, salt, INFO, 64)


def _claim_bundle(bundle: Bundle) -> Claim | None:
    header = header_of(bundle.value)
    if header is None and bundle.value == bundle.name == IDENTIFIER:
        return looks_like("the cookie's value is its own name, the store's one id", 0.95)
    if header is None or header.get("enc") != CBC or "kid" in header:
        return NOT_MINE
    rate = 0.9 + 0.01 * len(bundle.parts)
    if bundle.name.startswith(OWN):
        return looks_like(f"{WHY_SEALED}, named {bundle.name}", rate)
    if bundle.parts:
        return looks_like(f"{WHY_SEALED}, in chunks NAME_0, NAME_1, …", rate)
    return could_be(WHY_SEALED, rate)


def _open_session(bundle: Bundle, value: str, material: Material) -> Decoded:
    salts = list(dict.fromkeys([*material.salts, IDENTIFIER, bundle.name]))
    found = _open_token(bundle, value, salts, WHY, material)
    return replace(found, notes=(f"salt {found.salt}", NO_END))


def _open_transaction(bundle: Bundle, value: str, material: Material) -> Decoded:
    """Open a login under way; its salt has the OAuth state in it."""
    salts = [_transaction_salt(salt) for salt in material.salts]
    why = NO_STATE
    if material.salts:
        why = WHY
    found = _open_token(bundle, value, [*salts, TRANSACTION], why, material)
    return replace(found, format=f"{found.format} (transaction)", role="transaction")


def _transaction_salt(salt: str) -> str:
    """Return the salt of an OAuth state, which may be given with its prefix."""
    if salt.startswith(TRANSACTION):
        return salt
    return f"{TRANSACTION}:{salt}"


def _open_token(
    bundle: Bundle, value: str, salts: Sequence[str], why: str, material: Material
) -> Decoded:
    check_whole(value)

    def try_salts(secret: str) -> tuple[JsonObject, str] | None:
        for salt in salts:
            found = open_jwe(value, key_of(secret, salt), enc=CBC)
            if found is not None:
                return found, salt
        return None

    (payload, salt), index = with_any_secret(material.secrets, try_salts, why)
    internal = object_member(payload, "internal")
    ends = to_number(internal.get("session_expires_at"))
    if ends is not None:
        ends -= CEILING_MARGIN
    return Decoded(
        format="auth0-server-python",
        cookies=bundle.names,
        header=header_of(value) or {},
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=to_number(internal.get("created_at")),
        salt=salt,
    ).with_end(ends, "session_expires_at", material.now)


def _open_stored(bundle: Bundle, material: Material) -> Decoded:
    """Return the row of the stateful store, which has one key for everybody."""
    row = material.rows.get(bundle.value)
    payload: JsonObject | None = {}
    unverified: Unverified | None = NO_ROW
    if row is not None:
        payload = parse_object(row)
        unverified = None
    if payload is None:
        raise DecodeError("its row in the store is no JSON object", code="tampered")
    return Decoded(
        format="auth0-fastapi (stateful)",
        cookies=bundle.names,
        payload=payload or {"id": bundle.value},
        unverified=unverified,
        size=bundle.size,
        issued=to_number(object_member(payload, "internal").get("created_at")),
        session_id=bundle.value,
        notes=("this store gives every user the same id: two users overwrite each other",),
    )

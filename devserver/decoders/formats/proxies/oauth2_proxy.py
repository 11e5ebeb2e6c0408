"""oauth2-proxy: signed with a time stamp; encrypted MessagePack, or a ticket for a row in Redis."""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from session_inspector.devserver.cookies.chunk_rules import OAUTH2_PROXY
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    stamp_end,
    with_any_name,
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
    is_plausible_stamp,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.aes import BLOCK, KEY_SIZES, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import check_padding, from_base64url
from session_inspector.devserver.decoders.codecs.lz4_frame import compress_lz4, decompress_lz4
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.messagepack import pack, unpack
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 604_800
SKEW = 300
"""Seconds that a time stamp may lie in the future."""
NAME = "_oauth2_proxy"
RULE = "cookie-expire from its time stamp"
IN_REDIS = "the session is in Redis, encrypted with a key that only this cookie carries"
SHAPE = re.compile(r"([A-Za-z0-9_-]+={0,2})\|([0-9]{1,12})\|([A-Za-z0-9_-]{43}=?)")
PIECE = re.compile(
    r"[A-Za-z0-9_-]{3000,}={0,2}|[A-Za-z0-9_-]*={0,2}\|[0-9]{10}\|[A-Za-z0-9_-]{43}=?"
)
"""A chunk that shows by itself what it is of: a full one, or the last one."""
TICKET = re.compile(r"v2\.([A-Za-z0-9_-]+=*)\.([A-Za-z0-9_-]+=*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a value holds: a session, or a ticket for one."""

    payload: JsonObject
    ticket: str | None = None
    """The key of the row; None: the session is in the cookie."""
    notes: tuple[str, ...] = ()


class Oauth2ProxyDecoder:
    """_oauth2_proxy, whole or in _0, _1, …"""

    name = "oauth2-proxy"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=(NAME,),
        chunks=OAUTH2_PROXY,
        stamp_life=MAX_AGE,
        is_issued_anew=True,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim data, seconds and digest between bars."""
        return strongest(map(_claim_bundle, bundles(cookies, OAUTH2_PROXY)))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        likeliest = choose(bundles(material.cookies, OAUTH2_PROXY), _claim_bundle)
        found = whole_first(likeliest, material.cookies)
        if found.gap and len(found.parts) == 1:  # the name of a whole one may end in a number
            found = replace(found, name=found.names[0])
        return open_bundle(found, lambda value: _open_value(found, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session. Raises: DecodeError for a ticket."""
        if found.session_id:
            raise DecodeError(
                "the session is in Redis; the cookie is only a ticket for it", code="not_sealable"
            )
        name = found.cookies[0]
        chunk = OAUTH2_PROXY.split_name(name)
        if chunk is not None and len(found.cookies) > 1:
            name = chunk[0]
        data = _encrypt(found.payload, key_of(secrets[0]))
        seconds = str(int(found.issued or 0))
        value = f"{data}|{seconds}|{sign(name, data, seconds, secrets[0])}"
        return split_value([name], value, OAUTH2_PROXY)


def sign(name: str, data: str, seconds: str, secret: str) -> str:
    """Return the digest of name, data and time stamp under the literal secret."""
    return urlsafe_b64encode(mac(to_utf8(secret), f"{name}{data}{seconds}")).decode()


def key_of(secret: str) -> bytes:
    """Return the AES key: the decoded secret when that has a key's length, else its text."""
    raw = from_base64url(secret)
    if raw is not None and len(raw) in KEY_SIZES:
        return raw
    return to_utf8(secret)


def _claim_bundle(bundle: Bundle) -> Claim | None:
    match = None
    if bundle.value.count("|") == 2:
        match = SHAPE.fullmatch(bundle.value)
    if match and is_plausible_stamp(float(match[2])):
        return looks_like(
            "data, a time stamp and a digest between bars", 1 + 0.01 * len(bundle.parts)
        )
    if bundle.name == NAME and any(PIECE.fullmatch(part) for part in bundle.parts):
        return looks_like(f"chunks of {NAME}, one of them full, or with its time stamp", 0.5)
    return NOT_MINE


def _open_value(bundle: Bundle, value: str, material: Material) -> Decoded:
    match = SHAPE.fullmatch(value)
    if match is None:
        raise DecodeError(
            "it has not the three parts data|seconds|digest: it was cut", code="truncated"
        )
    check_padding(match[3], "Go's decoder")
    name, index = _find_signer(bundle.name, match, material)
    content = _open_content(match, material.secrets[index], material)
    if name != bundle.name and name not in material.salts:
        raise DecodeError(
            f"the secret is right, but the cookie was made as {name}: oauth2-proxy signs the"
            f" cookie's name too, and reads nothing from {bundle.name}",
            code="wrong_name",
            payload=content.payload,
            cookie_name=name,
        )
    issued = float(match[2])
    format_name = "oauth2-proxy"
    if content.ticket is not None:
        format_name = "oauth2-proxy (ticket)"
    found = Decoded(
        format=format_name,
        cookies=bundle.names,
        payload=content.payload,
        key_index=index,
        size=len(value),
        issued=issued,
        session_id=content.ticket or "",
        notes=content.notes,
    ).with_end(stamp_end(issued, material, MAX_AGE), RULE, material.now)
    if issued > material.now + SKEW:
        reason = "its time stamp is in the future, by more than 5 minutes"
        return replace(found, problem="not_yet", reason=reason)
    return found


def _find_signer(name: str, match: re.Match[str], material: Material) -> tuple[str, int]:
    """Return the cookie name and the index of the secret that signed it. Raises: DecodeError."""
    data, seconds, digest = match.groups()
    return with_any_name(
        material,
        [name],
        [NAME],
        lambda secret, tried: is_same(sign(tried, data, seconds, secret), _pad(digest)),
        "the digest is of another secret or cookie name, or data or time stamp was changed",
    )


def _open_content(match: re.Match[str], secret: str, material: Material) -> _Content:
    """Return what a signed value holds. Raises: DecodeError."""
    raw = from_base64url(match[1]) or b""
    ticket = TICKET.fullmatch(raw.decode("latin-1"))
    if ticket:
        return _open_ticket(ticket, material)
    return _Content(payload=_decrypt(raw, secret))


def _pad(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _encrypt(payload: JsonObject, key: bytes) -> str:
    packed = compress_lz4(pack(payload, ("ca", "eo")))
    iv = os.urandom(BLOCK)
    cipher = Cipher(algorithms.AES(key), CFB(iv)).encryptor()
    return urlsafe_b64encode(iv + cipher.update(packed) + cipher.finalize()).decode()


def _decrypt(raw: bytes, secret: str) -> JsonObject:
    key = key_of(secret)
    if len(key) not in KEY_SIZES or len(raw) <= BLOCK:
        raise DecodeError(
            f"the signature is right, but the secret has {len(key)} bytes: no AES key",
            code="wrong_secret",
        )
    cipher = Cipher(algorithms.AES(key), CFB(raw[:BLOCK])).decryptor()
    packed = cipher.update(raw[BLOCK:]) + cipher.finalize()
    return _read_session(unpack(decompress_lz4(packed)))


def _read_session(found: Json) -> JsonObject:
    """Return the session; the nonce, which is bytes, as n_b64."""
    if not isinstance(found, dict):
        raise DecodeError("its MessagePack holds no session", code="not_a_session")
    return {("n_b64" if name == "n" else name): value for name, value in found.items()}


def _open_ticket(ticket: re.Match[str], material: Material) -> _Content:
    """Return the session of a ticket: its row opens with the key that the ticket carries."""
    name = (from_base64url(ticket[1]) or b"").decode("utf-8", "replace")
    row = material.rows.get(name)
    if row is None:
        return _Content(payload={"id": name}, ticket=name, notes=(IN_REDIS,))
    packed = decrypt_gcm(from_base64url(ticket[2]) or b"", row[:12], row[12:])
    if packed is None:
        raise DecodeError(
            "the ticket is right, but its key does not open the row in the store", code="tampered"
        )
    return _Content(payload=_read_session(unpack(packed)), ticket=name)

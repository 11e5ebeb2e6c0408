"""oauth2-proxy: signed with a time stamp; encrypted MessagePack, or a ticket for a row in Redis."""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.installation import install_command
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    limit,
    open_bundle,
    too_old,
    with_any_secret,
)
from session_inspector.devserver.decoders.bundles import Bundle, bundles, split, whole_first
from session_inspector.devserver.decoders.codecs.keys import (
    LARGEST,
    from_base64url,
    is_same,
    mac,
    utf8,
)
from session_inspector.devserver.decoders.codecs.messagepack import pack, unpack

MAX_AGE = 604_800
CHUNK_SIZE = 3800
"""Characters: the whole Set-Cookie line may have 4000."""
SKEW = 300
SHAPE = re.compile(r"([A-Za-z0-9_-]+={0,2})\|([0-9]{1,12})\|([A-Za-z0-9_-]{43}=?)")
TICKET = re.compile(r"v2\.([A-Za-z0-9_-]+=*)\.([A-Za-z0-9_-]+=*)")


class Oauth2ProxyDecoder:
    """_oauth2_proxy, whole or in _0, _1, …"""

    name = "oauth2-proxy"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for data, seconds and digest between bars."""
        return max((_rate(bundle) for bundle in bundles(cookies, ("_",))), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        likeliest = max(bundles(material.cookies, ("_",)), key=_rate)
        found = whole_first(likeliest, material.cookies)
        return open_bundle(found, lambda value: _opened(found, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session. Raises: DecodeError for a ticket."""
        if found.session_id:
            raise DecodeError(
                "the session is in Redis; the cookie is only a ticket for it", code="not_sealable"
            )
        part = re.fullmatch(r"(.+)_[0-9]+", found.cookies[0]) if len(found.cookies) > 1 else None
        name = part[1] if part else found.cookies[0]
        packed = _deflated(pack(found.payload, ("ca", "eo")))
        iv = os.urandom(16)
        cipher = Cipher(algorithms.AES(key_of(secrets[0])), CFB(iv)).encryptor()
        data = urlsafe_b64encode(iv + cipher.update(packed) + cipher.finalize()).decode()
        seconds = str(int(found.issued or 0))
        value = f"{data}|{seconds}|{sign(name, data, seconds, secrets[0])}"
        return split([name], value, size=CHUNK_SIZE, separator="_")


def _deflated(raw: bytes) -> bytes:
    try:
        import lz4.frame  # an extra: only this format needs it
    except ImportError as error:
        raise DecodeError(
            f"it is packed with LZ4. Fix: {install_command('formats')}",
            code="no_library",
        ) from error
    found: bytes = lz4.frame.compress(raw)
    return found


def _rate(bundle: Bundle) -> float:
    if SHAPE.fullmatch(bundle.value):
        return 1.0 + 0.01 * len(bundle.parts)
    # a missing or stale chunk breaks the shape; the name is known all the same
    return 0.5 if bundle.parts and bundle.name == "_oauth2_proxy" else -1.0


def _opened(bundle: Bundle, value: str, material: Material) -> Decoded:
    match = SHAPE.fullmatch(value)
    if match is None:
        raise DecodeError(
            "it has not the three parts data|seconds|digest: it was cut", code="truncated"
        )
    data, seconds, digest = match[1], match[2], match[3]
    secret, index = with_any_secret(
        material.secrets,
        lambda s: s if is_same(sign(bundle.name, data, seconds, s), _padded(digest)) else None,
        "the digest is of another secret or cookie name, or data or time stamp was changed",
    )
    raw = from_base64url(data) or b""
    ticket = TICKET.fullmatch(raw.decode("latin-1"))
    payload, session_id, notes = (
        _ticket(ticket, material) if ticket else (_content(raw, secret), "", ())
    )
    issued, span = float(seconds), limit(material, MAX_AGE)
    ends = issued + span if span is not None else None
    rule = "cookie-expire from its time stamp"
    problem, reason = too_old(ends, material.now, rule)
    if issued > material.now + SKEW:
        problem, reason = "not_yet", "its time stamp is in the future, by more than 5 minutes"
    return Decoded(
        format=f"oauth2-proxy{' (ticket)' if ticket else ''}",
        cookies=bundle.names,
        payload=payload,
        key_index=index,
        size=len(value),
        issued=issued,
        expires=ends,
        ends_by=rule if ends is not None else "",
        session_id=session_id,
        problem=problem,
        reason=reason,
        notes=notes,
    )


def sign(name: str, data: str, seconds: str, secret: str) -> str:
    """Return the digest of name, data and time stamp under the literal secret."""
    found: str = urlsafe_b64encode(mac(utf8(secret), f"{name}{data}{seconds}")).decode()
    return found


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def key_of(secret: str) -> bytes:
    """Return the AES key: the decoded secret when that has a key's length, else its text."""
    raw = from_base64url(secret)
    return raw if raw is not None and len(raw) in (16, 24, 32) else utf8(secret)


def _content(raw: bytes, secret: str) -> JsonObject:
    key = key_of(secret)
    if len(key) not in (16, 24, 32) or len(raw) <= 16:
        raise DecodeError(
            f"the signature is right, but the secret has {len(key)} bytes: no AES key",
            code="wrong_secret",
        )
    cipher = Cipher(algorithms.AES(key), CFB(raw[:16])).decryptor()
    packed = _inflated(cipher.update(raw[16:]) + cipher.finalize())
    return _session(unpack(packed))


def _inflated(raw: bytes) -> bytes:
    try:
        import lz4.frame  # an extra: only this format needs it
    except ImportError as error:
        raise DecodeError(
            f"it is packed with LZ4. Fix: {install_command('formats')}",
            code="no_library",
        ) from error
    try:
        found: bytes = lz4.frame.LZ4FrameDecompressor().decompress(raw, max_length=LARGEST)
    except (RuntimeError, ValueError, EOFError) as error:
        raise DecodeError(f"its LZ4 content is damaged: {error}", code="tampered") from error
    return found


def _session(found: Json) -> JsonObject:
    """Return the session; the nonce, which is bytes, as n_b64."""
    if not isinstance(found, dict):
        raise DecodeError("its MessagePack holds no session", code="not_a_session")
    return {("n_b64" if name == "n" else name): value for name, value in found.items()}


def _ticket(ticket: re.Match[str], material: Material) -> tuple[JsonObject, str, tuple[str, ...]]:
    """Return the session of a ticket: its row opens with the key that the ticket carries."""
    key = (from_base64url(ticket[1]) or b"").decode("utf-8", "replace")
    secret = from_base64url(ticket[2]) or b""
    row = material.rows.get(key)
    if row is None:
        note = "the session is in Redis, encrypted with a key that only this cookie carries"
        return {"id": key}, key, (note,)
    try:
        packed = AESGCM(secret).decrypt(row[:12], row[12:], None)
    except (InvalidTag, ValueError) as error:
        raise DecodeError(
            "the ticket is right, but its key does not open the row in the store", code="tampered"
        ) from error
    return _session(unpack(packed)), key, ()

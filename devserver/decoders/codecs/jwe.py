"""Compact JWE, opened through joserfc; most have a key derived from a secret (`alg: dir`).

joserfc is imported when the first one is opened or sealed: it takes as long (50 ms) as all else
that `decode` needs for a signed cookie.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.json.reading import NO_JSON
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.jwe_tag import CBC, GCM, may_open
from session_inspector.devserver.decoders.codecs.limits import LARGEST

if TYPE_CHECKING:  # see above
    from joserfc.jwe import JWERegistry
    from joserfc.jwk import OctKey

_FOREIGN = re.compile(r"[^A-Za-z0-9_.=-]")
"""Not of base64url, nor the dots between its parts and the padding that some write."""
TAGS = {GCM: 22, CBC: 43}
"""Characters of the authentication tag."""
DIRECT = ("dir", GCM, CBC)
"""Algorithms of a token with a direct key."""


def header_of(value: str) -> JsonObject | None:
    """Return the header of a compact JWE with a direct key, None for anything else.

    Reads the first part only: the value may be cut, or have a foreign tail.
    """
    first, dot, rest = value.partition(".")
    if not dot or not first.startswith("eyJ") or not rest.startswith(".") or len(first) > 4096:
        return None
    header = read_header(first)
    if header is None or header.get("alg") != "dir":
        return None
    return header


@lru_cache(maxsize=256)
def read_header(first: str) -> JsonObject | None:
    """Return the JSON object of a compact token's first part, None for anything else.

    Each family asks for the header of the same cookie, so it is remembered: do not change it.
    """
    return parse_object(from_base64url(first) or b"")


def check_alphabet(value: str, kind: str) -> None:
    """Raises: DecodeError (tampered) for a compact token with a character that none has."""
    strange = _FOREIGN.search(value)
    if strange is not None:
        raise DecodeError(
            f"it has {strange[0]!r} at character {strange.start() + 1}, which no {kind} has: more"
            " than the token was copied, or it was changed",
            code="tampered",
        )


def check_whole(value: str) -> None:
    """Look at the parts of a compact JWE.

    Raises: DecodeError (truncated) when its end is gone, (tampered) when more is there.
    """
    check_alphabet(value, "JWE")
    parts = value.split(".")
    needed = TAGS.get(str((header_of(value) or {}).get("enc")), 0)
    if len(parts) < 5:
        raise DecodeError(
            f"it was cut: {len(parts)} of the five parts of a JWE are there", code="truncated"
        )
    if len(parts[4]) < needed:
        raise DecodeError(
            f"it was cut: its last part has {len(parts[4])} of {needed} characters",
            code="truncated",
        )


def open_jwe(value: str, key: bytes, *, enc: str) -> JsonObject | None:
    """Return the JSON object inside, None when the key does not open it or it is cut."""
    if (header_of(value) or {}).get("enc") != enc or not may_open(value, key, enc):
        return None
    opened = decrypt_compact(value, key, DIRECT)
    if opened is None:
        return None
    return parse_object(opened)


def decrypt_compact(value: str, key: bytes, algorithms: tuple[str, ...]) -> bytes | None:
    """Return what is inside, None when the key does not open it or it is of other algorithms."""
    from joserfc import jwe
    from joserfc.errors import JoseError

    try:
        opened = jwe.decrypt_compact(value, _key(key), registry=_registry(algorithms))
    except (JoseError, *NO_JSON, TypeError, KeyError):
        return None
    return opened.plaintext or b""


def encrypt_compact(
    payload: bytes, key: bytes, header: JsonObject, algorithms: tuple[str, ...]
) -> str:
    """Return a compact JWE with this header."""
    from joserfc import jwe

    return jwe.encrypt_compact(header, payload, _key(key), registry=_registry(algorithms))


def seal_jwe(payload: bytes, key: bytes, header: JsonObject) -> str:
    """Return a compact JWE with a direct key and a random IV."""
    names = ("alg", "enc", *(name for name in header if name not in ("alg", "enc")))
    ordered = {name: header[name] for name in names if name in header}
    return encrypt_compact(payload, key, ordered, DIRECT)


def earliest(*moments: tuple[str, float | None]) -> tuple[float | None, str]:
    """Return the first of several ends, and the rule it comes from."""
    known = [(at, rule) for rule, at in moments if at is not None]
    return min(known, default=(None, ""))


@lru_cache(maxsize=512)
def _key(raw: bytes) -> OctKey:
    from joserfc.jwk import OctKey

    return OctKey.import_key(raw)


@lru_cache(maxsize=16)
def _registry(algorithms: tuple[str, ...]) -> JWERegistry:
    from joserfc.jwe import JWERegistry

    registry = JWERegistry(algorithms=list(algorithms), strict_check_header=False)
    registry.max_ciphertext_length = LARGEST  # 64 KB else: sixteen chunks are more
    return registry

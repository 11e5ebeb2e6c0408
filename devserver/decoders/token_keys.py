"""Keys that verify tokens: a JWKS, a JWK, or PEM; and whether one of them verifies a token."""

from __future__ import annotations

from collections.abc import Sequence
from warnings import catch_warnings, simplefilter

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.json_text import parse_object

ALGORITHMS = [
    *(f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512)),
    "EdDSA",
    "Ed25519",
    "Ed448",
]
BY_TYPE: dict[str, type[Key]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey, "oct": OctKey}
MOST = 100
"""Keys that are read from one set."""


def read_keys(text: str, source: str) -> list[Key]:
    """Return the keys in a text; `source` names it. Raises: InputError."""
    keys = _read_jwks(text) if text.lstrip().startswith("{") else _read_pem(text)
    if not keys:
        raise InputError(
            f"{source} has no key that is known here. Fix: give a JWKS, a JWK, or a PEM file with"
            " a public key or a certificate"
        )
    return keys


def _read_jwks(text: str) -> list[Key]:
    found = parse_object(text) or {}
    rows = found.get("keys", [found])
    if not isinstance(rows, list):
        return []
    keys = [_import_jwk(row) for row in rows[:MOST] if isinstance(row, dict)]
    return [key for key in keys if key is not None]


def _import_jwk(row: JsonObject) -> Key | None:
    """Return a key, None for one that is not understood: others of the set may be."""
    kind = BY_TYPE.get(str(row.get("kty")))
    if kind is None:
        return None
    known = {name: value for name, value in row.items() if isinstance(value, str) and name != "use"}
    try:
        return kind.import_key(dict(known))
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _read_pem(text: str) -> list[Key]:
    if "-----BEGIN" not in text:
        return []
    for kind in (RSAKey, ECKey, OKPKey):
        try:
            return [kind.import_key(text.strip())]
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return []


def find_verifying(token: str, alg: str, kid: object, keys: Sequence[Key]) -> int | None:
    """Return which key verifies a token, the one that its kid names first; None: none does."""
    ordered = sorted(range(len(keys)), key=lambda index: keys[index].kid != kid)
    return next((index for index in ordered if _verifies(token, alg, keys[index])), None)


def _verifies(token: str, alg: str, key: Key) -> bool:
    if alg not in ALGORITHMS or isinstance(key, OctKey):
        return False  # a public key is no HMAC secret, nor the other way round
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    try:
        with catch_warnings():
            simplefilter("ignore", SecurityWarning)  # EdDSA, which tokens have all the same
            jws.deserialize_compact(token, key, registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True

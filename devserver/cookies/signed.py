"""The signed cookie of nextjs-auth0 v3 stateful sessions: `<id>.<signature>`.

The signature is that of a flattened JWS with the detached, unencoded payload "<cookie name>=<id>"
(RFC 7797) under {"alg":"HS256","b64":false,"crit":["b64"]}.
"""

from __future__ import annotations

import hashlib
import hmac

from session_inspector.devserver.cookies.sealed import KeyRing, to_base64url

_HEADER = to_base64url(b'{"alg":"HS256","b64":false,"crit":["b64"]}').encode()


def sign_value(name: str, value: str, key: bytes) -> str:
    """Return `<value>.<signature>` for a cookie of that name."""
    return f"{value}.{_compute_signature(name, value, key)}"


def verify_signed(name: str, signed: str, ring: KeyRing) -> str | None:
    """Return the value of a signed cookie, None when no secret of the ring signed it.

    Only the text before the first dot and that between the first and second count, as in the SDK.
    """
    value, _, rest = signed.partition(".")
    signature = rest.partition(".")[0]
    for key in ring.signing_keys:
        if hmac.compare_digest(_compute_signature(name, value, key).encode(), signature.encode()):
            return value
    return None


def _compute_signature(name: str, value: str, key: bytes) -> str:
    text = _HEADER + b"." + f"{name}={value}".encode("utf-8", "surrogatepass")
    digest = hmac.new(key, text, hashlib.sha256).digest()
    return to_base64url(digest)

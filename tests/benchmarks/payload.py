"""One session for all contenders, padded with tokens to a size."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any


def session(size: int, now: int, user: int = 0) -> dict[str, Any]:
    """Return a session whose JSON has `size` bytes: eleven claims, tokens as long as needed."""
    found: dict[str, Any] = {
        "user": {
            "sub": f"auth0|65f0c1d2e3a4b5c6d7e8{user:0>4}",
            "name": "Alice Example",
            "nickname": "alice",
            "given_name": "Alice",
            "family_name": "Example",
            "picture": "https://example.com/a/alice.png",
            "email": "alice@example.com",
            "email_verified": True,
            "locale": "en-GB",
            "org_id": "org_1234567890",
            "updated_at": "2026-01-02T03:04:05.678Z",
        },
        "tokenSet": {
            "accessToken": "",
            "idToken": "",
            "refreshToken": _noise(100, "r"),
            "scope": "openid profile email offline_access",
            "token_type": "Bearer",
            "expiresAt": now + 86_400,
        },
        "internal": {"sid": f"sid_0123456789abcdef{user:0>8}", "createdAt": now},
    }
    rest = size - len(json.dumps(found, separators=(",", ":")))
    found["tokenSet"]["accessToken"] = _noise(rest // 2, "a")
    found["tokenSet"]["idToken"] = _noise(rest - rest // 2, "i")
    return found


def _noise(length: int, salt: str) -> str:
    raw = b"".join(hashlib.sha256(f"{salt}{n}".encode()).digest() for n in range(length // 40 + 1))
    return base64.urlsafe_b64encode(raw).decode()[:length]

"""The provider's signing keys: RS256, the newest signs, all verify."""

from __future__ import annotations

from joserfc.jwk import KeySet, RSAKey

from session_inspector.devserver.core.values import Json, JsonObject

ALGORITHM = "RS256"
BITS = 2048


class SigningKeys:
    """Keys by their id; rotation adds one and keeps the others until they are dropped."""

    def __init__(self) -> None:
        self._keys = [_new_key()]

    @property
    def current(self) -> RSAKey:
        """The key that signs."""
        return self._keys[-1]

    def key_set(self) -> KeySet:
        """Return all keys, for verification."""
        return KeySet(list(self._keys))

    def rotate(self) -> str:
        """Sign with a new key from now on; returns its id."""
        self._keys.append(_new_key())
        return self.current.kid or ""

    def jwks(self) -> JsonObject:
        """Return the public keys as a JWK Set (RFC 7517 §5), the newest first."""
        keys: list[Json] = []
        for key in reversed(self._keys):
            public = {name: str(value) for name, value in key.as_dict(private=False).items()}
            keys.append({**public, "use": "sig", "alg": ALGORITHM})
        return {"keys": keys}


def _new_key() -> RSAKey:
    return RSAKey.generate_key(BITS, auto_kid=True)

"""The words every floor uses: plain JSON, and secrets that do not print themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Seconds: TypeAlias = float
"""Unix seconds in UTC; a duration where the name says so."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
"""What makes a JWT a logout token (OIDC Back-Channel Logout §2.4)."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is shown as its length and fingerprint until somebody reveals it."""

    length: int
    """Characters of the text."""
    digest: str
    """The first 12 hexadecimal digits of its SHA-256: equal secrets have equal digests."""
    _text: str | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, text: str) -> Secret:
        """Wrap a text that is at hand."""
        return cls(len(text), fingerprint(text), text)

    @property
    def is_at_hand(self) -> bool:
        """False for a secret that came over the wire masked."""
        return self._text is not None

    def reveal(self) -> str:
        """Return the text.

        Raises: LookupError when the secret came over the wire masked.
        """
        if self._text is None:
            raise LookupError(f"secret {self.digest} is not held by this process")
        return self._text

    def __str__(self) -> str:
        if not self.length:
            return "(empty)"  # a mask would say that there is something
        return f"•••••• {self.length} chars #{self.digest[:8]}"


Shown: TypeAlias = "bool | int | float | str | Secret | list[Shown] | dict[str, Shown] | None"
"""A JSON tree in which secrets are masked: what an event may carry."""

ShownObject: TypeAlias = dict[str, Shown]

DEEPEST = 64
"""Levels of a tree that an event carries; what follows an event may walk it freely."""
TOO_DEEP = "… nested deeper than is shown"
"""Stands for what was nested deeper."""
SECRET_KEYS = frozenset(
    {"accessToken", "idToken", "refreshToken", "access_token", "id_token", "refresh_token"}
    | {"token", "sessionToken", "session_token"}
    | {"verifier", "codeVerifier", "code_verifier", "pkceVerifier", "pkce_verifier"}
    | {"client_secret", "authSession", "cookie", "logout_token"}
)
"""Members whose text is a credential (session, transaction and token payloads)."""


def fingerprint(text: str) -> str:
    """Return 12 hexadecimal digits that stand for a text without telling it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_beginning(text: str) -> bool:
    """Check for the beginning of a fingerprint, as lists show it: 6 to 11 digits."""
    return re.fullmatch(r"[0-9a-f]{6,11}", text) is not None


def mask(value: Json, *, key: str = "", depth: int = 0) -> Shown:
    """Return the same tree with every credential wrapped in Secret, as deep as is shown."""
    if isinstance(value, str):
        if key in SECRET_KEYS:
            return Secret.of(value)
        return value
    if not isinstance(value, (dict, list)):
        return value
    if depth > DEEPEST:
        return TOO_DEEP
    if isinstance(value, dict):
        return {name: mask(member, key=name, depth=depth + 1) for name, member in value.items()}
    return [mask(member, key=key, depth=depth + 1) for member in value]


def mask_object(value: JsonObject) -> ShownObject:
    """Return a JSON object with every credential wrapped in Secret."""
    return {name: mask(member, key=name, depth=1) for name, member in value.items()}


Unsubscribe: TypeAlias = Callable[[], None]

"""The words every floor uses: plain JSON, and secrets that do not print themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from session_inspector.devserver.core.masking import is_secret_value, mask_value
from session_inspector.devserver.core.secrecy.member_names import (
    holds_secret,
    is_many,
    is_secret_member,
)

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
    masked: str = field(default="", compare=False)
    """What is shown of it: a URL without its secrets. Empty: its length and fingerprint."""

    @classmethod
    def of(cls, text: str, *, masked: str = "") -> Secret:
        """Wrap a text that is at hand."""
        return cls(len(text), fingerprint(text), text, masked)

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
        if self.masked:
            return self.masked
        return f"•••••• {self.length} chars #{self.digest[:8]}"


Shown: TypeAlias = "bool | int | float | str | Secret | list[Shown] | dict[str, Shown] | None"
"""A JSON tree in which secrets are masked: what an event may carry."""

ShownObject: TypeAlias = dict[str, Shown]

DEEPEST = 64
"""Levels of a tree that an event carries; what follows an event may walk it freely."""
TOO_DEEP = "… nested deeper than is shown"
"""Stands for what was nested deeper."""


def fingerprint(text: str) -> str:
    """Return 12 hexadecimal digits that stand for a text without telling it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_beginning(text: str) -> bool:
    """Check for the beginning of a fingerprint, as lists show it: 6 to 11 digits."""
    return re.fullmatch(r"[0-9a-f]{6,11}", text) is not None


def mask(value: Json, *, key: str = "", depth: int = 0) -> Shown:
    """Return the same tree with every credential wrapped in Secret, as deep as is shown."""
    return _mask_member(value, is_secret_member(key), is_many(key), depth)


def mask_object(value: JsonObject) -> ShownObject:
    """Return a JSON object with every credential wrapped in Secret."""
    return _mask_members(value, is_inside=False, depth=1)


def _mask_member(value: Json, is_secret: bool, is_one_of_many: bool, depth: int) -> Shown:
    if isinstance(value, str):
        return _mask_text(value, is_secret)
    if isinstance(value, (bool, float)) or value is None:
        return value
    if isinstance(value, int):
        if is_secret and not is_one_of_many:
            return Secret.of(str(value))  # a one-time code
        return value
    if depth > DEEPEST:
        return TOO_DEEP
    if isinstance(value, dict):
        return _mask_members(value, is_inside=is_secret, depth=depth + 1)
    return [_mask_member(member, is_secret, False, depth + 1) for member in value]


def _mask_members(value: JsonObject, *, is_inside: bool, depth: int) -> ShownObject:
    """Mask an object's members; `is_inside`: the object's own name is that of a secret."""
    found: ShownObject = {}
    for name, member in value.items():
        is_secret = is_secret_member(name) or (is_inside and holds_secret(name))
        found[name] = _mask_member(member, is_secret, is_many(name), depth)
    return found


def _mask_text(text: str, is_secret: bool) -> Shown:
    if is_secret or is_secret_value(text):
        return Secret.of(text)
    masked = mask_value(text)
    if masked == text:
        return text
    return Secret.of(text, masked=masked)


Unsubscribe: TypeAlias = Callable[[], None]

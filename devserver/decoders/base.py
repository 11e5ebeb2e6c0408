"""What a decoder promises: say whether cookies look like its own, open them, or say why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from devserver.core.values import JsonObject, Seconds

CookieGroup: TypeAlias = Mapping[str, str]
"""Cookies of one request by name, values percent-decoded, in header order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An opened session cookie."""

    format: str
    cookies: Sequence[str]
    """Names of the cookies it was made of, chunks in order."""
    header: JsonObject = field(default_factory=dict)
    """The protected header of a sealed value."""
    payload: JsonObject = field(default_factory=dict)
    key_index: int = 0
    """Which of the secrets opened it; 0 is the current one."""
    size: int = 0
    """Bytes of the values on the wire."""
    expires: Seconds | None = None
    problem: str = ""
    """Why a server would refuse it although it opens (`ERR_JWT_EXPIRED`); empty: it is good."""
    reason: str = ""
    """The problem in a sentence."""


class Decoder(Protocol):
    """Opens the cookies of one family of formats."""

    name: str

    def likeness(self, cookies: CookieGroup) -> float:
        """Return how much they look like this format: 0..1; below 0: not mine."""
        ...

    def decode(self, cookies: CookieGroup, secrets: Sequence[str], now: Seconds) -> Decoded:
        """Open them.

        Raises: DecodeError with a stable code when they do not open; nothing else.
        """
        ...


def best_match(decoders: Sequence[Decoder], cookies: CookieGroup) -> Decoder | None:
    """Return the decoder that the cookies look most like, None when they look like none."""
    rated = [(decoder.likeness(cookies), decoder) for decoder in decoders]
    liked = [(likeness, decoder) for likeness, decoder in rated if likeness >= 0]
    return max(liked, key=lambda pair: pair[0])[1] if liked else None

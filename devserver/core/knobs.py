"""What makes the local provider misbehave on purpose: one frozen value, checked when it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, TypeVar

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import JsonObject, Seconds

ENDPOINTS = ("discovery", "jwks", "authorize", "login", "token", "revoke", "userinfo", "logout")
EVERYWHERE = "all"
LONGEST = 600.0
"""Seconds an answer may be held back."""
FURTHEST = 10 * 365 * 86_400
"""Seconds the provider's clock may be off, either way."""
ALWAYS = -1
"""A number of failures: until somebody turns it off."""

N = TypeVar("N", int, float)
WrongIssuer: TypeAlias = Literal["", "id_token", "discovery"]
ExpiredToken: TypeAlias = Literal["", "id", "access"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How the provider behaves; the defaults are a provider in good order."""

    latency: Mapping[str, Seconds] = field(default_factory=dict)
    """Seconds before an answer, by endpoint, or for `all`."""
    errors: Mapping[str, int] = field(default_factory=dict)
    """How many of the next requests are answered with 500, by endpoint; -1: all of them."""
    rotate: bool | None = None
    """Refresh token rotation; None: as configured."""
    grace: Seconds | None = None
    """Seconds a rotated refresh token still counts; None: as configured."""
    skew: Seconds = 0.0
    """The provider's clock against the lab's; negative: it is behind."""
    wrong_issuer: WrongIssuer = ""
    wrong_nonce: bool = False
    expired_token: ExpiredToken = ""
    claims: Mapping[str, JsonObject] = field(default_factory=dict)
    """Claims laid over a user's own, by sub; null takes a claim away."""

    def told(self) -> tuple[str, ...]:
        """Return one sentence for each knob that is turned; none: all is in order."""
        said = [f"{place} answers after {s:g} s" for place, s in sorted(self.latency.items())]
        said += [
            f"{place} answers 500" + ("" if n == ALWAYS else f" ({n} left)")
            for place, n in sorted(self.errors.items())
        ]
        said += [] if self.rotate is None else [f"rotation {'on' if self.rotate else 'off'}"]
        said += [] if self.grace is None else [f"grace {self.grace:g} s"]
        said += [f"clock {self.skew:+g} s"] if self.skew else []
        said += [f"wrong issuer in {self.wrong_issuer}"] if self.wrong_issuer else []
        said += ["wrong nonce"] if self.wrong_nonce else []
        said += [f"{self.expired_token} tokens are expired"] if self.expired_token else []
        return (*said, *(f"claims of {sub}: {', '.join(self.claims[sub])}" for sub in self.claims))

    def after_failure(self, place: str) -> Knobs:
        """Return the knobs with one failure less at an endpoint."""
        left = self.errors.get(place, 0)
        if left <= 0:
            return self
        return replace(self, errors=_laid_over(self.errors, {place: left - 1}))


def turned(
    knobs: Knobs,
    *,
    latency: Mapping[str, Seconds] | None = None,
    errors: Mapping[str, int] | None = None,
    rotate: bool | None = None,
    grace: Seconds | None = None,
    skew: Seconds | None = None,
    wrong_issuer: WrongIssuer | None = None,
    wrong_nonce: bool | None = None,
    expired_token: ExpiredToken | None = None,
    claims: Mapping[str, JsonObject] | None = None,
) -> Knobs:
    """Return knobs with some of them turned; None leaves one as it is.

    Of the maps, 0 (or no claims) takes an entry away. Raises: InputError.
    """
    _check_places("latency", latency or {}, 0, LONGEST, "seconds, 0 to 600")
    _check_places("errors", errors or {}, ALWAYS, 1_000_000, "a whole number, or -1: all of them")
    _check_number("grace", grace or 0, 0, FURTHEST, "seconds, 0 or more")
    _check_number("skew", skew or 0, -FURTHEST, FURTHEST, "seconds, ten years at most")
    for sub, given in (claims or {}).items():
        if not isinstance(given, dict):
            raise InputError(f"claims of {sub!r} are {given!r:.40}; they must be a JSON object")
    return Knobs(
        latency=_laid_over(knobs.latency, latency or {}),
        errors=_laid_over(knobs.errors, errors or {}),
        rotate=knobs.rotate if rotate is None else rotate,
        grace=knobs.grace if grace is None else grace,
        skew=knobs.skew if skew is None else skew,
        wrong_issuer=knobs.wrong_issuer if wrong_issuer is None else wrong_issuer,
        wrong_nonce=knobs.wrong_nonce if wrong_nonce is None else wrong_nonce,
        expired_token=knobs.expired_token if expired_token is None else expired_token,
        claims={k: v for k, v in {**knobs.claims, **(claims or {})}.items() if v},
    )


def _laid_over(old: Mapping[str, N], new: Mapping[str, N]) -> dict[str, N]:
    return {place: number for place, number in {**old, **new}.items() if number}


def _check_places(
    name: str, found: Mapping[str, object], least: float, most: float, rule: str
) -> None:
    for place, number in found.items():
        if place not in (*ENDPOINTS, EVERYWHERE):
            known = ", ".join((*ENDPOINTS, EVERYWHERE))
            raise InputError(f"{name} names endpoint {place!r:.40}; it must be one of: {known}")
        is_whole = name != "errors" or isinstance(number, int)
        _check_number(f"{name}.{place}", number if is_whole else None, least, most, rule)


def _check_number(name: str, found: object, least: float, most: float, rule: str) -> None:
    if not (is_number(found) and least <= found <= most):
        raise InputError(f"{name} is {found!r:.40}; it must be {rule}")

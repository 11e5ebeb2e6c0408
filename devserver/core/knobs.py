"""What makes the local provider misbehave on purpose: one frozen value, checked when it is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, TypeVar

from session_inspector.devserver.core.clock import FURTHEST
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds

ENDPOINTS = (
    *("discovery", "jwks", "authorize", "login", "token", "revoke", "userinfo", "logout"),
    *("par", "device", "introspect", "mfa"),
)
EVERYWHERE = "all"
LONGEST = 600.0
"""Seconds an answer may be held back."""
ALWAYS = -1
"""A number of failures: until somebody turns it off."""

N = TypeVar("N", int, float)
T = TypeVar("T")
WrongIssuer: TypeAlias = Literal["", "id_token", "discovery"]
ExpiredToken: TypeAlias = Literal["", "id", "access"]
SpoiltToken: TypeAlias = Literal["", "id", "access"]
"""Whose `aud`, `typ` or `nbf` is wrong."""
WrongLogout: TypeAlias = Literal[
    "",
    "events",
    "nonce",
    "subject",
    "audience",
    "issuer",
    "expired",
    "type",
    "signature",
    "replayed",
]
"""What is wrong with logout tokens (OpenID Connect Back-Channel Logout §2.6)."""
SecondFactor: TypeAlias = Literal["", "login", "refresh"]
"""What needs a second factor: the login page, or a refresh (`mfa_required`)."""
LOGOUT_FAULTS: Mapping[WrongLogout, str] = {
    "events": "no events claim",
    "nonce": "a nonce, which they must not have",
    "subject": "neither sub nor sid",
    "audience": "for another client",
    "issuer": "of another issuer",
    "expired": "expired",
    "type": "typ at+jwt",
    "signature": "a broken signature",
    "replayed": "the jti of the first, each time",
}
LIFETIMES = ("access_ttl", "id_ttl", "refresh_ttl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How the provider behaves; the defaults are a healthy provider."""

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
    access_ttl: int = 0
    """Seconds that an access token lives from now on; 0: as configured."""
    id_ttl: int = 0
    refresh_ttl: int = 0
    wrong_audience: SpoiltToken = ""
    wrong_type: SpoiltToken = ""
    not_before: SpoiltToken = ""
    """Whose `nbf` is an hour ahead."""
    wrong_logout: WrongLogout = ""
    second_factor: SecondFactor = ""

    def describe(self) -> tuple[str, ...]:
        """Return one sentence for each knob that is turned; none: the provider is healthy."""
        return (
            *self._describe_endpoints(),
            *self._describe_tokens(),
            *self._describe_lifetimes(),
            *self._describe_spoilt(),
        )

    def _describe_endpoints(self) -> Iterator[str]:
        for endpoint, seconds in sorted(self.latency.items()):
            yield f"{endpoint} answers after {seconds:g} s"
        for endpoint, count in sorted(self.errors.items()):
            left = "" if count == ALWAYS else f" ({count} left)"
            yield f"{endpoint} answers 500{left}"

    def _describe_tokens(self) -> Iterator[str]:
        if self.rotate is not None:
            yield "rotation on" if self.rotate else "rotation off"
        if self.grace is not None:
            yield f"grace {self.grace:g} s"
        if self.skew:
            yield f"clock {self.skew:+g} s"
        if self.wrong_issuer:
            yield f"wrong issuer in {self.wrong_issuer}"
        if self.wrong_nonce:
            yield "wrong nonce"
        if self.expired_token:
            yield f"{self.expired_token} tokens are expired"
        for sub, claims in self.claims.items():
            yield f"claims of {sub}: {', '.join(claims)}"

    def _describe_lifetimes(self) -> Iterator[str]:
        for name in LIFETIMES:
            seconds = getattr(self, name)
            if seconds:
                yield f"{name.removesuffix('_ttl')} tokens live {seconds} s"

    def _describe_spoilt(self) -> Iterator[str]:
        if self.wrong_audience:
            yield f"wrong aud in {self.wrong_audience} tokens"
        if self.wrong_type:
            yield f"wrong typ in {self.wrong_type} tokens"
        if self.not_before:
            yield f"{self.not_before} tokens are not valid yet"
        if self.wrong_logout:
            yield f"logout tokens: {LOGOUT_FAULTS[self.wrong_logout]}"
        if self.second_factor:
            yield f"a {self.second_factor} needs a second factor"

    def after_failure(self, endpoint: str) -> Knobs:
        """Return the knobs with one failure less at an endpoint."""
        left = self.errors.get(endpoint, 0)
        if left <= 0:
            return self
        return replace(self, errors=_merge_numbers(self.errors, {endpoint: left - 1}))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnobChange:
    """Some knobs to turn, as in `Knobs`; None leaves one as it is.

    Of the maps, 0 (or no claims) takes an entry away.
    """

    latency: dict[str, Seconds] | None = None
    errors: dict[str, int] | None = None
    rotate: bool | None = None
    grace: Seconds | None = None
    skew: Seconds | None = None
    wrong_issuer: WrongIssuer | None = None
    wrong_nonce: bool | None = None
    expired_token: ExpiredToken | None = None
    claims: dict[str, dict[str, Json]] | None = None
    access_ttl: int | None = None
    id_ttl: int | None = None
    refresh_ttl: int | None = None
    wrong_audience: SpoiltToken | None = None
    wrong_type: SpoiltToken | None = None
    not_before: SpoiltToken | None = None
    wrong_logout: WrongLogout | None = None
    second_factor: SecondFactor | None = None

    def check(self) -> None:
        """Check that each value is one the provider can take. Raises: InputError."""
        _check_endpoints("latency", self.latency or {}, 0, LONGEST, "seconds, 0 to 600")
        rule = "a whole number, or -1: all of them"
        _check_endpoints("errors", self.errors or {}, ALWAYS, 1_000_000, rule)
        _check_number("grace", _given(self.grace), 0, FURTHEST, "seconds, 0 or more")
        _check_number("skew", _given(self.skew), -FURTHEST, FURTHEST, "seconds, ten years at most")
        for name in LIFETIMES:
            _check_lifetime(name, getattr(self, name))
        for sub, claims in (self.claims or {}).items():
            if not isinstance(claims, dict):
                raise InputError(
                    f"claims of {sub!r} are {claims!r:.40}; they must be a JSON object"
                )


def turn_knobs(knobs: Knobs, change: KnobChange) -> Knobs:
    """Return knobs with some of them turned. Raises: InputError."""
    change.check()
    return Knobs(
        latency=_merge_numbers(knobs.latency, change.latency or {}),
        errors=_merge_numbers(knobs.errors, change.errors or {}),
        rotate=_prefer(change.rotate, knobs.rotate),
        grace=_prefer(change.grace, knobs.grace),
        skew=_prefer(change.skew, knobs.skew),
        wrong_issuer=_prefer(change.wrong_issuer, knobs.wrong_issuer),
        wrong_nonce=_prefer(change.wrong_nonce, knobs.wrong_nonce),
        expired_token=_prefer(change.expired_token, knobs.expired_token),
        claims=_merge_claims(knobs.claims, change.claims or {}),
        access_ttl=_prefer(change.access_ttl, knobs.access_ttl),
        id_ttl=_prefer(change.id_ttl, knobs.id_ttl),
        refresh_ttl=_prefer(change.refresh_ttl, knobs.refresh_ttl),
        wrong_audience=_prefer(change.wrong_audience, knobs.wrong_audience),
        wrong_type=_prefer(change.wrong_type, knobs.wrong_type),
        not_before=_prefer(change.not_before, knobs.not_before),
        wrong_logout=_prefer(change.wrong_logout, knobs.wrong_logout),
        second_factor=_prefer(change.second_factor, knobs.second_factor),
    )


def _given(number: Seconds | None) -> Seconds:
    """Return what was given, of whatever type: False is no number; what was not given is 0."""
    if number is None:
        return 0
    return number


def _prefer(new: T | None, old: T) -> T:
    return old if new is None else new


def _merge_numbers(old: Mapping[str, N], new: Mapping[str, N]) -> dict[str, N]:
    return {endpoint: number for endpoint, number in {**old, **new}.items() if number}


def _merge_claims(
    old: Mapping[str, JsonObject], new: Mapping[str, JsonObject]
) -> dict[str, JsonObject]:
    return {sub: claims for sub, claims in {**old, **new}.items() if claims}


def _check_endpoints(
    name: str, numbers: Mapping[str, object], least: float, most: float, rule: str
) -> None:
    known = (*ENDPOINTS, EVERYWHERE)
    for endpoint, number in numbers.items():
        if endpoint not in known:
            raise InputError(
                f"{name} names endpoint {endpoint!r:.40}; it must be one of: {', '.join(known)}"
            )
        if name == "errors" and not isinstance(number, int):
            raise InputError(f"{name}.{endpoint} is {number!r:.40}; it must be {rule}")
        _check_number(f"{name}.{endpoint}", number, least, most, rule)


def _check_lifetime(name: str, found: object) -> None:
    rule = "whole seconds, 1 or more; 0: as configured"
    if found is not None and not isinstance(found, int):
        raise InputError(f"{name} is {found!r:.40}; it must be {rule}")
    if found is not None:
        _check_number(name, found, 0, FURTHEST, rule)


def _check_number(name: str, found: object, least: float, most: float, rule: str) -> None:
    if not (is_number(found) and least <= found <= most):
        raise InputError(f"{name} is {found!r:.40}; it must be {rule}")

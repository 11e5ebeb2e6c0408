"""What happens at the provider and on the way there: logins, tokens, provider sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import Header
from session_inspector.devserver.core.values import Seconds, Secret

LoginStep: TypeAlias = Literal[
    "authorize", "state", "transaction", "exchange", "id_token", "callback"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStarted(Header):
    """The app sent a browser to the provider."""

    login: str
    """Fingerprint of `state`: ties the steps together."""
    transaction_cookie: str
    return_to: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSucceeded(Header):
    """The callback made a session."""

    login: str
    sub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFailed(Header):
    """A step of the login was refused."""

    login: str
    step: LoginStep
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed(Header):
    """The provider refused the app a step that is no login, or could not be reached for it."""

    step: Literal[
        "refresh", "connection_token", "logout", "revocation", "logout_token", "connect", "api"
    ]
    code: str
    """The provider's `error`, else ours."""
    reason: str
    """The provider's `error_description`, masked; else what went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMinted(Header):
    """The provider issued a token."""

    token: Literal["id", "access", "refresh", "logout"]
    value: Secret
    sub: str
    sid: str = ""
    expires: Seconds | None = None
    parent: str = ""
    """Digest of the refresh token it was exchanged for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused(Header):
    """The provider refused a token; `code` refresh_reused means the family is dead."""

    token: Literal["code", "access", "refresh", "logout"]
    digest: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Header):
    """A token was revoked (RFC 7009), or its whole family was."""

    token: Literal["access", "refresh"]
    digest: str
    family: int = 1
    """How many tokens died with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSessionStarted(Header):
    """A browser signed in at the provider."""

    sub: str
    sid: str
    expires: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSessionEnded(Header):
    """A browser signed out at the provider."""

    sub: str
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutTokenSent(Header):
    """The provider sent an app the end of a session (OpenID Connect Back-Channel Logout)."""

    client_id: str
    uri: str
    sub: str
    sid: str
    status: int = 0
    """What the app answered; 0: it did not answer."""
    reason: str = ""
    """Why it counts as failed; empty: the app took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnobsTurned(Header):
    """Somebody made the provider misbehave, or reset its knobs."""

    told: tuple[str, ...] = ()
    """A sentence for each knob that is turned now; none: the provider is healthy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnobApplied(Header):
    """A knob changed what an answer would have been."""

    knob: str
    """The member of SetKnobs: latency, errors, wrong_nonce, …"""
    detail: str


LoginEvent: TypeAlias = (
    LoginStarted
    | LoginSucceeded
    | LoginFailed
    | StepFailed
    | TokenMinted
    | TokenRefused
    | TokenRevoked
    | ProviderSessionStarted
    | ProviderSessionEnded
    | LogoutTokenSent
    | KnobsTurned
    | KnobApplied
)

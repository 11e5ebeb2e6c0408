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
        "refresh",
        "connection_token",
        "logout",
        "revocation",
        "logout_token",
        "connect",
        "api",
        "cross_origin",
    ]
    """`cross_origin`: a script of an origin that the local provider does not know."""
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
    client_id: str = ""
    grant: str = ""
    """What it was exchanged for, as `grant_type` spells it."""
    jkt: str = ""
    """Thumbprint of the key that it is bound to (RFC 9449); empty: whoever has it may use it."""
    organization: str = ""
    acr: str = ""
    flow: str = ""
    """Fingerprint of the device code or MFA token it was exchanged for."""
    login: str = ""
    """Of LoginStarted: the login that it came of; empty: of none, or that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused(Header):
    """The provider refused a token; `code` refresh_reused means the family is dead."""

    token: Literal["code", "access", "refresh", "logout", "device", "mfa", "proof", "request"]
    """`proof`: a DPoP proof; `request`: a pushed request's URI; `device` and `mfa`: their codes."""
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
class TokenIntrospected(Header):
    """A resource server asked whether a token counts (RFC 7662)."""

    digest: str
    client_id: str
    """Who asked."""
    is_active: bool
    sub: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPushed(Header):
    """An app pushed its authorization request to the provider (RFC 9126)."""

    request: str
    """Fingerprint of its `request_uri`."""
    client_id: str
    expires: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRequestUsed(Header):
    """A browser came with the `request_uri` of a pushed request."""

    request: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodeIssued(Header):
    """A device asked for a login, and shows its code to a user (RFC 8628)."""

    device: str
    """Fingerprint of the device code."""
    user_code: str
    client_id: str
    scope: str
    expires: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodeAnswered(Header):
    """A user allowed or refused the login of a device."""

    device: str
    sub: str
    is_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRequired(Header):
    """The provider asked for a second factor: on its page, or by `mfa_required`."""

    client_id: str
    sub: str
    sid: str
    mfa: str = ""
    """Fingerprint of the MFA token that the app got; empty: the user is asked on a page."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPassed(Header):
    """The second factor was shown."""

    sub: str
    sid: str
    mfa: str = ""
    method: str = "otp"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutFrameShown(Header):
    """The provider's logout page loads an app's front-channel logout URI in a frame."""

    client_id: str
    uri: str
    sub: str
    sid: str


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
    | TokenIntrospected
    | RequestPushed
    | PushedRequestUsed
    | DeviceCodeIssued
    | DeviceCodeAnswered
    | SecondFactorRequired
    | SecondFactorPassed
    | LogoutFrameShown
    | ProviderSessionStarted
    | ProviderSessionEnded
    | LogoutTokenSent
    | KnobsTurned
    | KnobApplied
)

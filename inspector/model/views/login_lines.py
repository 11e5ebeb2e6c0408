"""Timeline lines of logins, tokens and sessions at the provider, and of the provider's knobs."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    KnobApplied,
    KnobsTurned,
    LoginEvent,
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    LogoutFrameShown,
    LogoutTokenSent,
    ProviderSessionEnded,
    ProviderSessionStarted,
    PushedRequestUsed,
    RequestPushed,
    SecondFactorPassed,
    SecondFactorRequired,
    StepFailed,
    TokenIntrospected,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.inspector.model.facts.rows import Line
from session_inspector.inspector.model.words.login_steps import name_step

FlowEvent: TypeAlias = (
    RequestPushed
    | PushedRequestUsed
    | DeviceCodeIssued
    | DeviceCodeAnswered
    | SecondFactorRequired
    | SecondFactorPassed
)
"""Steps of what the provider does beside code and refresh."""
REFUSED = {
    "code": "code",
    "device": "poll of a device",
    "mfa": "second factor",
    "proof": "DPoP proof",
    "request": "pushed request",
}
"""What a refused thing is called that is no token."""


def login_line(event: LoginEvent) -> Line:
    """Return mark, title, detail and tone."""
    match event:
        case LoginStarted():
            return "⇢", "login started", f"returns to {event.return_to}", "plain"
        case LoginSucceeded():
            return "★", "login succeeded", event.sub, "good"
        case LoginFailed():
            return "✕", f"login failed at {name_step(event.step)}", event.reason, "bad"
        case StepFailed():
            title = f"{event.step.replace('_', ' ')} failed: {event.code}"
            return "✕", title, event.reason, "bad"
        case TokenMinted() | TokenRefused() | TokenRevoked() | TokenIntrospected():
            return _token_line(event)
        case ProviderSessionStarted() | ProviderSessionEnded():
            return _provider_line(event)
        case LogoutTokenSent() | LogoutFrameShown():
            return _logout_line(event)
        case KnobsTurned() | KnobApplied():
            return _knob_line(event)
        case _:
            return _flow_line(event)


def _provider_line(event: ProviderSessionStarted | ProviderSessionEnded) -> Line:
    if isinstance(event, ProviderSessionStarted):
        return "⌂", "signed in at the provider", event.sub, "plain"
    return "⌂", "signed out at the provider", event.sub, "plain"


def _flow_line(event: FlowEvent) -> Line:
    match event:
        case SecondFactorRequired() | SecondFactorPassed():
            return _second_factor_line(event)
        case RequestPushed():
            detail = f"#{event.request[:6]} · {event.client_id}"
            return "⇡", "authorization request pushed", detail, "plain"
        case PushedRequestUsed():
            return "⇢", "pushed request used", f"#{event.request[:6]} · {event.client_id}", "plain"
        case DeviceCodeIssued():
            detail = f"{event.user_code} · {event.client_id}"
            return "▣", "a device waits for its user", detail, "plain"
        case DeviceCodeAnswered(is_allowed=True):
            return "▣", "device allowed", event.sub, "good"
        case DeviceCodeAnswered():
            return "▣", "device refused", event.sub, "warn"
        case _:
            assert_never(event)


def _second_factor_line(event: SecondFactorRequired | SecondFactorPassed) -> Line:
    if isinstance(event, SecondFactorPassed):
        return "⚿", f"second factor shown: {event.method}", event.sub, "good"
    title = "second factor asked for on the page"
    if event.mfa:
        title = "mfa_required: a second factor is due"
    return "⚿", title, f"{event.sub} · {event.client_id} · {event.reason}", "warn"


def _token_line(event: TokenMinted | TokenRefused | TokenRevoked | TokenIntrospected) -> Line:
    match event:
        case TokenMinted():
            return "⊕", f"{event.token} token minted", _describe_minted(event), "dim"
        case TokenRefused(code="use_dpop_nonce"):
            return "⊘", "DPoP proof: a nonce is asked for", event.reason, "dim"
        case TokenRefused():
            name = REFUSED.get(event.token, f"{event.token} token")
            return "⊘", f"{name} refused: {event.code}", event.reason, "bad"
        case TokenIntrospected():
            answer = "active" if event.is_active else "not active"
            return "⊙", f"token introspected: {answer}", _describe_question(event), "dim"
        case TokenRevoked():
            return "⊖", f"{event.token} tokens revoked", f"{event.family} of the family", "warn"


def _describe_minted(event: TokenMinted) -> str:
    details = [f"#{event.value.digest[:6]}"]
    if event.parent:
        details.append(f"child of #{event.parent[:6]}")
    if event.grant == "client_credentials":
        details.append(f"for the client itself: {event.client_id}")
    if event.organization:
        details.append(event.organization)
    if event.jkt:
        details.append(f"bound to key {event.jkt[:8]}")
    return " · ".join(details)


def _describe_question(event: TokenIntrospected) -> str:
    return f"#{event.digest[:6]} · asked by {event.client_id}"


def _logout_line(event: LogoutTokenSent | LogoutFrameShown) -> Line:
    receiver = f"{event.sub} · {event.uri}"
    if isinstance(event, LogoutFrameShown):
        return "⌁", "front-channel logout shown in a frame", receiver, "accent"
    if event.reason:
        return "✕", "back-channel logout failed", f"{event.reason} · {receiver}", "bad"
    return "⌁", "back-channel logout sent", f"{event.status} · {receiver}", "accent"


def _knob_line(event: KnobsTurned | KnobApplied) -> Line:
    if isinstance(event, KnobApplied):
        return "⚙", f"knob {event.knob.replace('_', ' ')}", event.detail, "warn"
    if not event.told:
        return "⚙", "the provider behaves normally", "", "good"
    return "⚙", "the provider misbehaves", " · ".join(event.told), "warn"

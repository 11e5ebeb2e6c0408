"""Timeline lines of logins, tokens and sessions at the provider, and of the provider's knobs."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.events.login import (
    KnobApplied,
    KnobsTurned,
    LoginEvent,
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    LogoutTokenSent,
    ProviderSessionEnded,
    ProviderSessionStarted,
    StepFailed,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.inspector.model.facts.rows import Line


def login_line(event: LoginEvent) -> Line:
    """Return mark, title, detail and tone."""
    match event:
        case LoginStarted():
            return "⇢", "login started", f"returns to {event.return_to}", "plain"
        case LoginSucceeded():
            return "★", "login succeeded", event.sub, "good"
        case LoginFailed():
            return "✕", f"login failed at {event.step}", event.reason, "bad"
        case StepFailed():
            title = f"{event.step.replace('_', ' ')} failed: {event.code}"
            return "✕", title, event.reason, "bad"
        case TokenMinted() | TokenRefused() | TokenRevoked():
            return _token_line(event)
        case ProviderSessionStarted() | ProviderSessionEnded():
            return _provider_line(event)
        case LogoutTokenSent():
            return _logout_line(event)
        case KnobsTurned() | KnobApplied():
            return _knob_line(event)
        case _:
            assert_never(event)


def _provider_line(event: ProviderSessionStarted | ProviderSessionEnded) -> Line:
    if isinstance(event, ProviderSessionStarted):
        return "⌂", "signed in at the provider", event.sub, "plain"
    return "⌂", "signed out at the provider", event.sub, "plain"


def _token_line(event: TokenMinted | TokenRefused | TokenRevoked) -> Line:
    match event:
        case TokenMinted():
            detail = f"#{event.value.digest[:6]}"
            if event.parent:
                detail += f" · child of #{event.parent[:6]}"
            return "⊕", f"{event.token} token minted", detail, "dim"
        case TokenRefused():
            return "⊘", f"{event.token} token refused: {event.code}", event.reason, "bad"
        case TokenRevoked():
            return "⊖", f"{event.token} tokens revoked", f"{event.family} of the family", "warn"


def _logout_line(event: LogoutTokenSent) -> Line:
    receiver = f"{event.sub} · {event.uri}"
    if event.reason:
        return "✕", "back-channel logout failed", f"{event.reason} · {receiver}", "bad"
    return "⌁", "back-channel logout sent", f"{event.status} · {receiver}", "accent"


def _knob_line(event: KnobsTurned | KnobApplied) -> Line:
    if isinstance(event, KnobApplied):
        return "⚙", f"knob {event.knob.replace('_', ' ')}", event.detail, "warn"
    if not event.told:
        return "⚙", "the provider behaves normally", "", "good"
    return "⚙", "the provider misbehaves", " · ".join(event.told), "warn"

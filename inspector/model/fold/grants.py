"""Folds the provider's events into `GrantFlows`: each step under the flow that it belongs to."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    PushedRequestUsed,
    RequestPushed,
    SecondFactorPassed,
    SecondFactorRequired,
    TokenMinted,
    TokenRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.grants import (
    GrantFlow,
    GrantFlows,
    GrantKind,
    GrantOutcome,
    GrantStep,
)
from session_inspector.inspector.model.facts.rows import Tone

FLOWS_OF_REFUSED = {"device": "device", "mfa": "mfa", "request": "request"}
"""What is refused, to the kind of flow that it ends or holds up."""
MOST_STEPS = 50
"""Of one flow: a device may poll too soon for minutes."""
GOES_ON = frozenset({"slow_down", "invalid_grant"})
"""Codes after which an app may try again."""


def fold_grants(grants: GrantFlows, event: Event) -> GrantFlows:
    """Return the flows after an event."""
    match event:
        case RequestPushed() | PushedRequestUsed():
            return _fold_pushed(grants, event)
        case DeviceCodeIssued() | DeviceCodeAnswered():
            return _fold_device(grants, event)
        case SecondFactorRequired() | SecondFactorPassed():
            return _fold_second_factor(grants, event)
        case TokenMinted(token="access"):
            return _fold_minted(grants, event)
        case TokenRefused():
            return _fold_refused(grants, event)
        case _:
            return grants


def _fold_pushed(grants: GrantFlows, event: RequestPushed | PushedRequestUsed) -> GrantFlows:
    key = f"request {event.request}"
    if isinstance(event, RequestPushed):
        begun = _begin(key, "pushed request", event.client_id, event.at, event.expires)
        step = GrantStep(at=event.at, text=f"pushed: its name is #{event.request[:6]}")
        return _add(grants, replace(begun, steps=(step,)))
    return _note(grants, key, event.at, "the browser came with its request_uri", outcome="done")


def _fold_device(grants: GrantFlows, event: DeviceCodeIssued | DeviceCodeAnswered) -> GrantFlows:
    key = f"device {event.device}"
    if isinstance(event, DeviceCodeIssued):
        begun = _begin(key, "device login", event.client_id, event.at, event.expires)
        text = f"the device shows {event.user_code}, and polls"
        return _add(grants, replace(begun, steps=(GrantStep(at=event.at, text=text),)))
    if event.is_allowed:
        return _note(grants, key, event.at, f"allowed by {event.sub}", tone="good")
    text = f"refused by {event.sub}"
    return _note(grants, key, event.at, text, tone="bad", outcome="refused")


def _fold_second_factor(
    grants: GrantFlows, event: SecondFactorRequired | SecondFactorPassed
) -> GrantFlows:
    key = f"mfa {event.mfa or event.sid}"
    if isinstance(event, SecondFactorPassed):
        text = f"shown: {event.method}"
        outcome: GrantOutcome = "under way"
        if not event.mfa:
            outcome = "done"
        return _note(grants, key, event.at, text, tone="good", outcome=outcome)
    text = f"asked on the page: {event.reason}"
    if event.mfa:
        text = f"mfa_required: {event.reason}"
    step = GrantStep(at=event.at, text=f"{text} · {event.sub}")
    begun = _begin(key, "second factor", event.client_id, event.at, None)
    return _add(grants, replace(begun, steps=(step,)))


def _fold_minted(grants: GrantFlows, event: TokenMinted) -> GrantFlows:
    text = f"access token #{event.value.digest[:6]}"
    if event.jkt:
        text += f", bound to key {event.jkt[:8]}"
    if event.grant == "client_credentials":
        key = f"own {event.seq} {event.value.digest}"
        begun = _begin(key, "client credentials", event.client_id, event.at, event.expires)
        step = GrantStep(at=event.at, text=f"{text} for the client itself")
        return _add(grants, replace(begun, steps=(step,), outcome="done"))
    if not event.flow:
        return grants
    for kind in ("device", "mfa"):
        grants = _note(grants, f"{kind} {event.flow}", event.at, text, outcome="done")
    return grants


def _fold_refused(grants: GrantFlows, event: TokenRefused) -> GrantFlows:
    kind = FLOWS_OF_REFUSED.get(event.token)
    if kind is None:
        return grants
    outcome: GrantOutcome = "refused"
    if event.code in GOES_ON:
        outcome = "under way"
    text = f"{event.code}: {event.reason}"
    return _note(grants, f"{kind} {event.digest}", event.at, text, tone="bad", outcome=outcome)


def _begin(
    key: str, kind: GrantKind, client_id: str, at: Seconds, expires: Seconds | None
) -> GrantFlow:
    return GrantFlow(key=key, kind=kind, client_id=client_id, started=at, expires=expires)


def _add(grants: GrantFlows, flow: GrantFlow) -> GrantFlows:
    order = grants.order
    if flow.key not in grants.by_key:
        order = order.with_items([flow.key])
    return replace(grants, by_key=grants.by_key.set(flow.key, flow), order=order)


def _note(
    grants: GrantFlows,
    key: str,
    at: Seconds,
    text: str,
    *,
    tone: Tone = "dim",
    outcome: GrantOutcome = "under way",
) -> GrantFlows:
    """Add a step to a flow that is known."""
    flow = grants.by_key.get(key)
    if flow is None:
        return grants
    step = GrantStep(at=at, text=text, tone=tone)
    changed = replace(flow, steps=(*flow.steps, step)[-MOST_STEPS:], outcome=outcome)
    return replace(grants, by_key=grants.by_key.set(key, changed))

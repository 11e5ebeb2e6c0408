"""Folds the provider's events into `GrantFlows`: each step under the flow that it belongs to."""

from __future__ import annotations

from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    KnobApplied,
    LogoutFrameShown,
    LogoutTokenSent,
    PushedRequestUsed,
    RequestPushed,
    SecondFactorPassed,
    SecondFactorRequired,
    StepFailed,
    TokenMinted,
    TokenRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
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
            return _fold_beside(grants, event)


def _fold_beside(grants: GrantFlows, event: Event) -> GrantFlows:
    """Return the flows after what is no grant: logouts, faults, steps that failed."""
    match event:
        case LogoutTokenSent() | LogoutFrameShown():
            return _fold_logout(grants, event)
        case KnobApplied() if event.knob != "latency":
            return _fold_fault(grants, event)
        case StepFailed():
            return _fold_failed(grants, event)
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
    if event.token == "proof":
        return _fold_proof(grants, event)
    kind = FLOWS_OF_REFUSED.get(event.token)
    if kind is None:
        return grants
    outcome: GrantOutcome = "refused"
    if event.code in GOES_ON:
        outcome = "under way"
    text = f"{event.code}: {event.reason}"
    return _note(grants, f"{kind} {event.digest}", event.at, text, tone="bad", outcome=outcome)


def _fold_proof(grants: GrantFlows, event: TokenRefused) -> GrantFlows:
    """Add what a proof lacked; that a nonce is asked for is how DPoP begins, and no failure."""
    begun = _begin(f"proof {event.digest}", "DPoP proof", "", event.at, None)
    if event.code == "use_dpop_nonce":
        text = "a nonce is asked for (use_dpop_nonce): the app sends its request again, with it"
        step = GrantStep(at=event.at, text=text)
        return _add(grants, replace(begun, steps=(step,), outcome="done"))
    step = GrantStep(at=event.at, text=f"{event.code}: {event.reason}", tone="bad")
    return _add(grants, replace(begun, steps=(step,), outcome="refused"))


def _fold_logout(grants: GrantFlows, event: LogoutTokenSent | LogoutFrameShown) -> GrantFlows:
    """Add an app that was told of a logout, under the session that ended."""
    key = f"logout {event.sid}"
    if key not in grants.by_key:
        grants = _add(grants, _begin(key, "logout", event.sub, event.at, None))
    outcome = grants.by_key[key].outcome
    if outcome != "failed":
        outcome = "done"
    if isinstance(event, LogoutFrameShown):
        text = f"{event.client_id}: front-channel, a frame of {event.uri}"
        return _note(grants, key, event.at, text, outcome=outcome)
    if event.reason:
        text = f"{event.client_id}: back-channel refused ({event.status}): {event.reason}"
        return _note(grants, key, event.at, text, tone="bad", outcome="failed")
    text = f"{event.client_id}: back-channel, taken ({event.status})"
    return _note(grants, key, event.at, text, outcome=outcome)


def _fold_fault(grants: GrantFlows, event: KnobApplied) -> GrantFlows:
    key = f"fault {event.cause} {event.knob} {event.detail}"
    begun = _begin(key, "fault", "the provider", event.at, None)
    text = f"{event.knob.replace('_', ' ')}: {event.detail}"
    step = GrantStep(at=event.at, text=text, tone="warn")
    return _add(grants, replace(begun, steps=(step,), outcome="applied"))


def _fold_failed(grants: GrantFlows, event: StepFailed) -> GrantFlows:
    """Add a step that failed; a script that asks again and again is one."""
    key = f"failed {event.seq}"
    who = ""
    if event.step == "cross_origin":
        key = f"failed {event.reason}"
        who = "a script"
    begun = _begin(key, "step", who, event.at, None)
    text = f"{event.step.replace('_', ' ')}: {event.code}: {event.reason}"
    step = GrantStep(at=event.at, text=text, tone="bad")
    return _add(grants, replace(begun, steps=(step,), outcome="failed"))


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

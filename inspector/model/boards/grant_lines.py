"""Lines of the login board for what goes on beside the code flow: devices, pushed requests, …"""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.inspector.model.facts.grants import (
    GrantFlow,
    GrantKind,
    GrantOutcome,
    GrantStep,
)
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

TONES: dict[GrantOutcome, Tone] = {
    "done": "good",
    "refused": "bad",
    "failed": "bad",
    "under way": "warn",
    "applied": "warn",
}
MARKS: dict[Tone, str] = {"bad": "✕ ", "warn": "! "}
MEANING: dict[GrantKind, str] = {
    "pushed request": "Pushed authorization request (RFC 9126): the app sends its request to the"
    " provider itself; the browser carries only a name of it, which counts for 90 seconds.",
    "device login": "Device flow (RFC 8628): a device without a browser shows a code and polls the"
    " token endpoint, until its user types the code at the provider and allows or refuses it.",
    "client credentials": "Client credentials (RFC 6749 section 4.4): a token for the app itself,"
    " for an API. Nobody signs in, and no session is made.",
    "second factor": "Step-up: the app (acr_values) or the provider asks for a second factor."
    " On the page the user types a code; at a refresh the app gets mfa_required with an MFA token,"
    " and finishes by a challenge and a grant of its own.",
    "DPoP proof": "DPoP (RFC 9449): the app proves with each token request that it holds a key. The"
    " provider's nonce is in the proof: the first request without it is refused, and sent again.",
    "logout": "A session ended at the provider, which tells the apps that have tokens of it: by a"
    " logout token (back-channel), or by a frame on its page (front-channel).",
    "fault": mark_keys(
        "A knob of the local provider (<knobs>) changed this answer. A healthy app refuses what is"
        " wrong in it; turn the knobs back to see it work again."
    ),
    "step": "A step with the provider that is no login and failed: a refresh, a revocation,"
    " a logout token, a script of an origin that is not registered. The reason is the provider's.",
}


def grant_fields(flow: GrantFlow) -> Iterator[Field]:
    """Yield the head of a flow, and a line for each step."""
    value = f"{flow.kind}, {flow.outcome}"
    if flow.expires is not None and flow.outcome == "under way":
        value += f", until {clock_text(flow.expires)[:8]}"
    yield Field(
        depth=0,
        lead=((safe(flow.client_id or "an app", 30), "accent"),),
        label=f"  at {clock_text(flow.started)[:8]}",
        value=value,
        tone=TONES[flow.outcome],
        explain=MEANING[flow.kind],
        key=f"grant {flow.key}",
    )
    for number, step in enumerate(flow.steps):
        yield _step_line(flow, step, number)


def _step_line(flow: GrantFlow, step: GrantStep, number: int) -> Field:
    mark = MARKS.get(step.tone, "✓ ")
    explain = MEANING[flow.kind]
    mark_tone: Tone = "good"
    if step.tone in MARKS:
        mark_tone = step.tone
        explain = f"{sentence(safe(step.text, 400))}. {explain}"
    return Field(
        depth=1,
        lead=((mark, mark_tone),),
        label=clock_text(step.at)[:8],
        value=safe(step.text, 240),
        tone=step.tone,
        explain=explain,
        key=f"grant {flow.key} {number}",
    )

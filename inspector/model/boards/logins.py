"""The login flow tracker: each step of the code flow, the failing one in red with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from urllib.parse import parse_qs, urlsplit

from session_inspector.inspector.model.facts.flows import Flow
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

SHOWN = 40
WIDTH = 32
"""Columns of a step's name."""
How: TypeAlias = Literal["done", "failed", "waiting"]
MARKS: dict[How, tuple[str, Tone]] = {
    "done": ("✓", "good"),
    "failed": ("✕", "bad"),
    "waiting": ("·", "dim"),
}
BROKEN: dict[str, str] = {
    "authorize": "sent to the provider",
    "state": "callback with the same state",
    "transaction": "transaction cookie came back",
    "exchange": "code exchanged for tokens",
    "id_token": "ID token verified",
    "callback": "callback with the same state",
}
CAUSES = (
    "The cookie that was set at the login did not come back with the callback. Look whether it was"
    " Secure on plain http, whether the host changed (localhost, 127.0.0.1), whether another tab's"
    " login overwrote it, whether the callback was opened twice, or whether an hour had passed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    name: str
    how: How
    text: str
    explain: str = ""


def login_fields(state: State) -> tuple[Field, ...]:
    """Return the newest logins with their steps."""
    fields: list[Field] = []
    for login in Reversed(state.flows.order)[:SHOWN]:
        fields += _flow(state.flows.by_login[login])
    return tuple(fields)


def _flow(flow: Flow) -> Iterator[Field]:
    tone: Tone = {"logged in": "good", "failed": "bad"}.get(flow.outcome, "warn")  # type: ignore[assignment]  # a literal of Tone
    yield Field(
        depth=0,
        lead=((safe(flow.client or "somebody", 30), "accent"),),
        label=f"  at {clock_text(flow.started)[:8]}",
        value=flow.outcome + (f", {flow.ended - flow.started:.2f} s" if flow.ended else ""),
        tone=tone,
        explain=f"Returns to {safe(flow.return_to or '–', 100)}."
        f" {sentence(safe(flow.reason, 300))}",
        key=f"login {flow.login}",
    )
    for step in steps_of(flow):
        mark, colour = MARKS[step.how]
        is_ahead = step.how == "waiting"
        yield Field(
            depth=1,
            lead=((f"{mark} ", colour), (f"{step.name:{WIDTH}}", "dim" if is_ahead else "plain")),
            label="",
            value=safe(step.text, 240),
            tone="dim" if step.how == "done" else colour,
            explain=step.explain,
            key=f"{flow.login} {step.name}",
        )


def steps_of(flow: Flow) -> list[_Step]:
    """Return the steps in order; what comes after a failed one waits for ever."""
    broken = BROKEN.get(flow.failed_step, "")
    steps: list[_Step] = []
    for step in _facts(flow):
        if step.name == broken:
            why = f"{safe(flow.reason, 300)}\n{step.explain}"
            steps.append(replace(step, how="failed", text=flow.reason, explain=why))
            return [*steps, *_rest(flow, step.name)]
        steps.append(step)
    return steps


def _rest(flow: Flow, name: str) -> list[_Step]:
    names = [step.name for step in _facts(flow)]
    after = names[names.index(name) + 1 :]
    return [_Step(name=n, how="waiting", text="never reached") for n in after]


def _facts(flow: Flow) -> list[_Step]:
    return [*_until_provider(flow), *_after_provider(flow)]


def _until_provider(flow: Flow) -> list[_Step]:
    query = parse_qs(urlsplit(flow.authorize).query)
    asked = [name for name in ("state", "nonce", "code_challenge") if name in query]
    method = query.get("code_challenge_method", [""])[0]
    stored, kept = flow.stored, ""
    if stored is not None:
        age = "no Max-Age" if stored.max_age is None else f"Max-Age {stored.max_age:.0f}"
        kept = f"{flow.cookie[:14]}… {stored.size} B, {age}, SameSite {stored.same_site or 'none'}"
    sent = f"with {', '.join(asked) or 'neither state nor nonce'}"
    return [
        _Step(
            name="transaction cookie set",
            how="done" if stored else "waiting",
            text=kept,
            explain="It holds state, nonce and the PKCE verifier until the callback.",
        ),
        _Step(
            name=BROKEN["authorize"],
            how="done" if flow.authorize else "waiting",
            text=sent + (f" ({method})" if method else "") if flow.authorize else "",
            explain=f"Authorize URL: {safe(flow.authorize, 500)}",
        ),
        _Step(
            name="answered by the provider",
            how="done" if flow.at_provider else "waiting",
            text="its login page" if flow.at_provider else "an outside provider is not seen here",
        ),
    ]


def _after_provider(flow: Flow) -> list[_Step]:
    callback = flow.callback
    came_back = callback is not None and any(c.name == flow.cookie for c in callback.cookies)
    cookie = f"{flow.cookie[:14]}… was sent" if came_back else "the browser did not send it"
    return [
        _Step(
            name=BROKEN["callback"],
            how="done" if callback else "waiting",
            text=f"{callback.exchange}: code and state arrived" if callback else "",
            explain="state ties the callback to the login that this browser began.",
        ),
        _Step(
            name=BROKEN["transaction"],
            how="done" if came_back else "failed" if callback else "waiting",
            text=cookie if callback else "",
            explain=CAUSES,
        ),
        _Step(
            name=BROKEN["exchange"],
            how="done" if flow.tokens else "waiting",
            text=", ".join(flow.tokens),
            explain="The server presents code and PKCE verifier at the token endpoint.",
        ),
        _Step(
            name=BROKEN["id_token"],
            how="done" if flow.outcome == "logged in" else "waiting",
            text="signature, nonce, issuer, audience, times" if flow.outcome == "logged in" else "",
            explain="nonce ties the ID token to the login that this browser began.",
        ),
        _Step(
            name="session created",
            how="done" if flow.outcome == "logged in" else "waiting",
            text="with a new id" if flow.outcome == "logged in" else "",
            explain="A login makes a new session, and deletes the one that was there.",
        ),
    ]

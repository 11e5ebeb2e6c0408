"""The login board: each step of the code flow, the failing one in red with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from session_inspector.inspector.model.boards.grant_lines import grant_fields
from session_inspector.inspector.model.boards.login_steps import LoginStep, Progress, steps_of
from session_inspector.inspector.model.facts.flows import Flow, FlowOutcome
from session_inspector.inspector.model.facts.grants import GrantFlow
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.target import (
    exchange_of,
    session_of_cause,
)
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode
from session_inspector.inspector.model.words.login_steps import name_step
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

SHOWN = 40
"""Logins."""
WIDTH = 32
"""Columns of a step's name."""
MARKS: dict[Progress, tuple[str, Tone]] = {
    "done": ("✓", "good"),
    "failed": ("✕", "bad"),
    "waiting": ("·", "dim"),
    "unseen": ("?", "dim"),
}
TONES: dict[FlowOutcome, Tone] = {"logged in": "good", "failed": "bad", "under way": "warn"}


def login_fields(state: State) -> tuple[Field, ...]:
    """Return the newest logins with their steps, and what went on at the provider beside them."""
    is_ours = detect_watch_mode(state) == "lab"
    logins = [state.flows.by_login[name] for name in Reversed(state.flows.order)[:SHOWN]]
    grants = [state.grants.by_key[name] for name in Reversed(state.grants.order)[:SHOWN]]
    fields: list[Field] = []
    for flow in _interleave(logins, grants)[:SHOWN]:
        if isinstance(flow, GrantFlow):
            fields += grant_fields(flow)
        else:
            fields += _login_lines(state, flow, is_ours=is_ours)
    return tuple(fields)


def _login_lines(state: State, flow: Flow, *, is_ours: bool) -> Iterator[Field]:
    """Yield the lines of a login, each with the session and the request that it is of."""
    exchange = exchange_of(state, _find_exchange(flow))
    session = session_of_cause(state, exchange)
    for line in _flow_lines(flow, is_ours=is_ours):
        yield replace(line, session=session, exchange=exchange)


def _find_exchange(flow: Flow) -> str:
    """Return the callback of a login, else the request that began it; empty: none was seen."""
    if flow.callback is not None:
        return flow.callback.exchange
    if flow.stored is not None:
        return flow.stored.exchange
    return ""


def _interleave(logins: Sequence[Flow], grants: Sequence[GrantFlow]) -> list[Flow | GrantFlow]:
    """Return all, the newest first; logins stay in the order in which they were seen."""
    found: list[Flow | GrantFlow] = []
    waiting = list(grants)
    for login in logins:
        while waiting and waiting[0].started > login.started:
            found.append(waiting.pop(0))
        found.append(login)
    return found + waiting


def _flow_lines(flow: Flow, *, is_ours: bool) -> Iterator[Field]:
    value: str = flow.outcome
    if flow.failed_step:
        value += f" at {name_step(flow.failed_step)}"
    if flow.ended:
        value += f", {flow.ended - flow.started:.2f} s"
    explain = f"Returns to {safe(flow.return_to or '–', 100)}."
    yield Field(
        depth=0,
        lead=((safe(flow.client or "somebody", 30), "accent"),),
        label=f"  at {clock_text(flow.started)[:8]}",
        value=value,
        tone=TONES[flow.outcome],
        explain=f"{explain} {sentence(safe(flow.reason, 300))}",
        key=f"login {flow.login}",
    )
    for step in steps_of(flow, is_ours=is_ours):
        yield _step_line(step, key=f"{flow.login} {step.name}")


def _step_line(step: LoginStep, key: str) -> Field:
    mark, colour = MARKS[step.progress]
    name_tone: Tone = "plain"
    text_tone: Tone = colour
    if step.progress in ("waiting", "unseen"):
        name_tone = "dim"
    if step.progress == "done":
        text_tone = "dim"
    return Field(
        depth=1,
        lead=((f"{mark} ", colour), (f"{step.name:{WIDTH}}", name_tone)),
        label="",
        value=safe(step.text, 240),
        tone=text_tone,
        explain=step.explain,
        key=key,
    )

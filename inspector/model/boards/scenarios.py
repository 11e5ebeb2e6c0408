"""Scenarios that were played: their steps, and the verdict."""

from __future__ import annotations

from devserver.core.events import ScenarioTold
from inspector.model.rows import Field, Tone
from inspector.model.state import State
from inspector.model.text import clock_text, safe

SHOWN = 400


def scenario_fields(state: State) -> tuple[Field, ...]:
    """Return the newest runs first, each with its steps in their order."""
    runs: dict[str, list[ScenarioTold]] = {}
    for event in state.runs[-SHOWN:]:
        runs.setdefault(event.cause, []).append(event)
    return tuple(field for run in reversed(runs.values()) for field in _run(run))


def _run(run: list[ScenarioTold]) -> list[Field]:
    last = run[-1]
    tone: Tone = "warn"
    said = "is being played …"
    if last.is_verdict:
        tone, said = ("good", last.text) if last.is_ok else ("bad", last.text)
    head = Field(
        depth=0,
        label=f"{clock_text(run[0].at)[:8]} {safe(last.scenario, 30)}",
        value=safe(said, 300),
        tone=tone,
        explain=safe(said, 600),
        key=f"run {last.cause}",
    )
    return [head, *(_step(event) for event in run if not event.is_verdict)]


def _step(event: ScenarioTold) -> Field:
    return Field(
        depth=1,
        label=clock_text(event.at),
        value=safe(event.text, 300),
        tone="dim" if event.is_ok else "warn",
        key=f"step {event.seq}",
    )

"""Scenarios: what was played, step by step, with its verdict; then all that can be played."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

SHOWN = 400
PLAY = "play "
"""Begins the key of a line that enter plays."""


def scenario_fields(state: State, playable: Sequence[tuple[str, str, str]]) -> tuple[Field, ...]:
    """Return the newest runs first, each with its steps in their order; then what is playable.

    `playable` are (key, name, title).
    """
    runs: dict[str, list[ScenarioTold]] = {}
    for event in state.runs[-SHOWN:]:
        runs.setdefault(event.cause, []).append(event)
    shown = [field for run in reversed(runs.values()) for field in _run(run)]
    head = Field(depth=0, label="To play", value="p and a key, or enter on a line", tone="accent")
    gap = [Field(depth=0, label="", value="", key="gap")] if shown else []
    return (*shown, *gap, head, *(_playable(*one) for one in playable))


def _playable(key: str, name: str, title: str) -> Field:
    return Field(
        depth=1,
        lead=((f"p {key}  ", "accent"), (f"{name:17}", "plain")),
        label=title,
        value="",
        explain=f"Enter plays it here. Headless: session-inspector scenario {name} --json",
        key=f"{PLAY}{name}",
    )


def _run(run: list[ScenarioTold]) -> list[Field]:
    last = run[-1]
    tone: Tone = "warn"
    mark, said = "… ", "is being played"
    if last.is_verdict:
        mark, tone = ("✔ ", "good") if last.is_ok else ("✘ ", "bad")
        said = last.text
    head = Field(
        depth=0,
        lead=((mark, tone), (f"{safe(last.scenario, 30):17}", "accent")),
        label="",
        value=safe(said, 300),
        tone=tone,
        explain=sentence(safe(said, 600)),
        key=f"run {last.cause}",
    )
    return [head, *(_step(event) for event in run if not event.is_verdict)]


def _step(event: ScenarioTold) -> Field:
    return Field(
        depth=1,
        lead=((f"{clock_text(event.at)}  ", "dim"),),
        label="",
        value=safe(event.text, 300),
        tone="plain" if event.is_ok else "warn",
        key=f"step {event.seq}",
    )

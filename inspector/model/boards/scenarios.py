"""Scenarios: what was played, step by step, with its verdict; then all that can be played."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

SHOWN = 400
"""Steps and verdicts."""
PLAY = "play "
"""Begins the key of a line that is played when it is opened."""
PLAYS = mark_keys("<open_line> plays it here. Headless:")


def scenario_fields(state: State, playable: Sequence[tuple[str, str, str]]) -> tuple[Field, ...]:
    """Return the newest runs first, each with its steps in their order; then what is playable.

    `playable` are (key, name, title); none: it is not a lab, or nothing may be changed here.
    """
    runs: dict[str, list[ScenarioTold]] = {}
    for event in state.runs[-SHOWN:]:
        runs.setdefault(event.cause, []).append(event)
    fields: list[Field] = []
    for run in reversed(runs.values()):
        fields += _run_lines(run)
    if not playable:
        return tuple(fields)
    if fields:
        fields.append(Field(depth=0, label="", value="", key="gap"))
    hint = mark_keys("<play> and a key, or <open_line> on a line")
    fields.append(Field(depth=0, label="To play", value=hint, tone="accent"))
    fields += [_playable_line(key, name, title) for key, name, title in playable]
    return tuple(fields)


def _playable_line(key: str, name: str, title: str) -> Field:
    return Field(
        depth=1,
        lead=((mark_keys(f"<play> {key}  "), "accent"), (f"{name:17}", "plain")),
        label=title,
        value="",
        explain=f"{PLAYS} session-inspector scenario {name} --json",
        key=f"{PLAY}{name}",
    )


def _run_lines(run: list[ScenarioTold]) -> list[Field]:
    steps = [_step_line(event) for event in run if not event.is_verdict]
    return [_verdict_line(run[-1]), *steps]


def _verdict_line(last: ScenarioTold) -> Field:
    mark, tone, text = _describe_verdict(last)
    return Field(
        depth=0,
        lead=((mark, tone), (f"{safe(last.scenario, 30):17}", "accent")),
        label="",
        value=safe(text, 300),
        tone=tone,
        explain=sentence(safe(text, 600)),
        key=f"run {last.cause}",
    )


def _describe_verdict(last: ScenarioTold) -> tuple[str, Tone, str]:
    if not last.is_verdict:
        return "… ", "warn", "is running"
    if last.is_ok:
        return "✔ ", "good", last.text
    return "✘ ", "bad", last.text


def _step_line(event: ScenarioTold) -> Field:
    tone: Tone = "plain"
    if not event.is_ok:
        tone = "warn"
    return Field(
        depth=1,
        lead=((f"{clock_text(event.at)}  ", "dim"),),
        label="",
        value=safe(event.text, 300),
        tone=tone,
        key=f"step {event.seq}",
    )

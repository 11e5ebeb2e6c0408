"""Scenarios show their steps and verdicts, and what can be played."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.inspector.model.boards.scenarios import scenario_fields
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.ui.spelling import spell_in
from tests.inspector.model.events import state_of


def whole(field: Field) -> str:
    """All that a line shows."""
    return f"{''.join(piece for piece, _ in field.lead)}{field.label} {field.value}"


def told(text: str, *, is_verdict: bool = False) -> ScenarioTold:
    return ScenarioTold(
        at=1, cause="c1", scenario="logins", text=text, is_ok=True, is_verdict=is_verdict
    )


def test_a_scenario_shows_its_steps_and_its_verdict() -> None:
    playing = scenario_fields(state_of(told("one")), ())
    assert (playing[0].value, playing[0].tone) == ("is running", "warn")
    done = scenario_fields(state_of(told("one"), told("well", is_verdict=True)), ())
    assert [field.value for field in done[:2]] == ["well", "one"]
    assert done[0].lead[0] == ("✔ ", "good")


def test_what_can_be_played_is_listed_with_its_keys() -> None:
    listed = scenario_fields(State(), [("s", "stampede", "all at once")])
    assert (spell_in(whole(listed[-1]), {}), listed[-1].key) == (
        "p s  stampede         all at once ",
        "play stampede",
    )


def test_where_nothing_can_be_played_what_was_played_is_shown_all_the_same() -> None:
    (verdict,) = scenario_fields(state_of(told("well", is_verdict=True)), ())
    assert verdict.value == "well"
    assert scenario_fields(State(), ()) == ()

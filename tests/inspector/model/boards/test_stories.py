"""A request as a whole: what came of its cookie, and whether a person would look for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import SessionDestroyed, SessionLoaded
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.stories import (
    RequestStory,
    collect_stories,
    fold_deletions,
    lay_out_stories,
)
from session_inspector.inspector.model.facts.state import State
from tests.inspector.busy import busy_events
from tests.inspector.model.events import ended, started, state_of
from tests.inspector.sample import cookie, swept, written

LOADED = SessionLoaded(at=1, cause="x1", session="s", sub="u")


def story(*events: Event) -> RequestStory:
    (found,) = collect_stories(State(), events)
    return found


def busy() -> dict[str, RequestStory]:
    state = state_of(*busy_events())
    return {found.exchange: found for found in collect_stories(state, list(state.timeline))}


@pytest.mark.parametrize(
    ("reason", "effect"),
    [("login", "set"), ("roll", "rolled"), ("refresh", "refreshed"), ("update", "updated")],
)
def test_a_write_names_what_came_of_the_cookie(reason: WriteReason, effect: str) -> None:
    found = story(started("x1"), written("s", 1, "x1", reason=reason), ended("x1"))
    assert found.effect == (effect, "good")


def test_a_cookie_without_a_known_write_is_set() -> None:
    assert story(started("x1"), cookie("s", 1, "x1"), ended("x1")).effect[0] == "set"


def test_a_logout_ends_and_deletes() -> None:
    over = SessionDestroyed(at=1, cause="x1", session="s", reason="logout")
    events = (started("x1"), over, swept("s", 1, "x1", "__session"), ended("x1"))
    assert story(*events).effect[0] == "ended, deleted"


def test_chunks_that_are_deleted_beside_a_cookie_that_is_set_are_no_news() -> None:
    rolled = written("s", 1, "x1", reason="roll")
    chunk = swept("s", 1, "x1", "__session__1")
    events = (started("x1"), rolled, cookie("s", 1, "x1"), chunk, ended("x1"))
    assert story(*events).effect[0] == "rolled"


def test_nothing_is_nothing_and_what_is_under_way_says_so() -> None:
    assert story(started("x1"), ended("x1")).effect == ("nothing", "dim")
    under_way = story(started("x1"))
    assert (under_way.effect[0], under_way.status, under_way.milliseconds) == ("…", 0, None)


def test_an_accepted_session_that_is_not_written_is_a_problem() -> None:
    found = story(started("x1"), LOADED, ended("x1"))
    assert (found.effect, found.has_problem) == (("not rolled", "warn"), True)
    presented = story(started("x1"), replace(LOADED, origin="rule"), ended("x1"))
    assert (presented.effect[0], presented.has_problem) == ("nothing", False)


def test_an_error_an_alarm_and_a_refusal_are_problems() -> None:
    answer = ended("x1")
    assert isinstance(answer, ExchangeEnded)
    assert story(started("x1"), replace(answer, status=500)).has_problem
    assert not story(started("x1"), answer).has_problem
    found = busy()
    alarmed = {name for name, one in found.items() if one.has_problem}
    assert {"x6", "x21", "x30", "x32", "x42"} <= alarmed
    assert not {"x1", "x20", "x40"} & alarmed


def test_a_story_knows_its_user_and_at_the_provider_who_asked() -> None:
    found = busy()
    assert (found["x1"].who, found["x1"].session) == ("Alice Archer", "alice")
    assert found["x40"].path == "provider /oauth/token"
    assert found["x20"].who == "Firefox"


def test_a_name_that_comes_again_is_another_request() -> None:
    events: list[Event] = [
        started("x1"),
        ended("x1"),
        replace(started("x1"), seq=9),
        ended("x1"),
    ]
    assert len(collect_stories(State(), events)) == 2


def test_deletions_that_follow_each_other_are_one_line() -> None:
    names = [f"__session__{number}" for number in range(5)]
    sweeps = [swept("s", 1, "x1", name) for name in names]
    found = story(started("x1"), *sweeps, cookie("s", 1, "x1"), sweeps[0], ended("x1"))
    (steps,) = lay_out_stories(found.events).values()
    assert [len(folded) for folded in fold_deletions(steps)] == [1, 5, 1, 1, 1]

"""A request as a whole: what came of its cookie, and whether a person would look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import SessionDestroyed, SessionLoaded
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.stories import (
    RequestStory,
    StoryWindow,
    fold_deletions,
    lay_out_stories,
)
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.target import session_of_cause
from tests.inspector.busy import busy_events
from tests.inspector.model.events import ended, started, state_of
from tests.inspector.sample import cookie, seen_as_visitor, swept, written

LOADED = SessionLoaded(at=1, cause="x1", session="s", sub="u")


def read(state: State, events: Sequence[Event], window: StoryWindow | None = None) -> list[str]:
    """Return each request with what it did, in short."""
    stories = (window or StoryWindow(100)).read(state, Log(events))
    return [f"{one.exchange} {len(one.events)}" for one in stories]


def story(*events: Event) -> RequestStory:
    (found,) = StoryWindow(100).read(State(), Log(events))
    return found


def busy() -> dict[str, RequestStory]:
    state = state_of(*busy_events())
    return {found.exchange: found for found in StoryWindow(3_000).read(state, state.timeline)}


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
    assert read(State(), events) == ["x1 2", "x1 2"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40, 1_000])
@pytest.mark.parametrize("step", [1, 2, 5, 60])
def test_a_window_that_goes_on_shows_what_a_new_one_shows(size: int, step: int) -> None:
    events = busy_events()
    log: Log[Event] = Log(limit=70)
    window = StoryWindow(size)
    for begin in range(0, len(events), step):
        log = log.with_items(events[begin : begin + step])
        going_on = [(one.exchange, one.events) for one in window.read(State(), log)]
        anew = [(one.exchange, one.events) for one in StoryWindow(size).read(State(), log)]
        assert going_on == anew


def test_a_window_reads_another_log_from_its_begin() -> None:
    window = StoryWindow(10)
    first: Log[Event] = Log([started("x1"), ended("x1"), started("x2")])
    window.read(State(), first)
    assert read(State(), [started("x7"), ended("x7")], window) == ["x7 2"]
    assert read(State(), [], window) == []
    longer: list[Event] = [started("x7"), ended("x7"), started("x8"), ended("x8")]
    assert read(State(), longer, window) == ["x7 2", "x8 2"]


def test_a_recording_that_went_back_and_forward_again_is_read_anew() -> None:
    window = StoryWindow(10)
    log: Log[Event] = Log([started("x1"), ended("x1")])
    window.read(State(), log.with_items([started("x2")]))
    again = log.with_items([started("x3"), ended("x3")])
    found = [(one.exchange, len(one.events)) for one in window.read(State(), again)]
    assert found == [("x1", 2), ("x3", 2)]


def test_a_request_is_looked_at_as_far_as_it_has_come() -> None:
    window = StoryWindow(10)
    log: Log[Event] = Log([started("x1")])
    stories = window.read(State(), log)
    assert stories[0].ended is None
    window.read(State(), log.with_items([ended("x1")]))
    assert stories[0].status == 200


def test_deletions_that_follow_each_other_are_one_line() -> None:
    names = [f"__session__{number}" for number in range(5)]
    sweeps = [swept("s", 1, "x1", name) for name in names]
    found = story(started("x1"), *sweeps, cookie("s", 1, "x1"), sweeps[0], ended("x1"))
    (steps,) = lay_out_stories(found.events).values()
    assert [len(folded) for folded in fold_deletions(steps)] == [1, 5, 1, 1, 1]


def brought(*names: str) -> list[SessionLoaded]:
    return [SessionLoaded(at=2, cause="x3", session=name, sub="u") for name in names]


@pytest.mark.parametrize("order", [("cart", "own"), ("own", "cart")])
def test_a_request_is_of_the_session_that_it_brought_beside_a_visitor_s_cookie(
    order: tuple[str, ...],
) -> None:
    made = [written("cart", 1, "x1"), written("own", 1, "x2")]
    looked = replace(seen_as_visitor("cart", 1), cause="x1")
    state = state_of(*made, looked, started("x3"), *brought(*order), ended("x3"))
    (found,) = StoryWindow(100).read(state, state.timeline)
    assert (found.session, found.who) == ("own", "Alice Archer")
    assert session_of_cause(state, "x3") == "own", "keys act on the same one"


def test_a_request_with_a_visitor_s_cookie_alone_is_of_that_and_of_two_sessions_the_first() -> None:
    made = [written("cart", 1, "x1"), written("own", 1, "x2")]
    looked = replace(seen_as_visitor("cart", 1), cause="x1")
    state = state_of(*made, looked, started("x3"), *brought("cart"), ended("x3"))
    assert StoryWindow(100).read(state, state.timeline)[0].session == "cart"
    state = state_of(*made, started("x3"), *brought("cart", "own"), ended("x3"))
    assert StoryWindow(100).read(state, state.timeline)[0].session == "cart"
    assert session_of_cause(state, "x3") == "own", "the last that it touched"

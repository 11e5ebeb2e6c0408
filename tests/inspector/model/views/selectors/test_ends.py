"""All clocks of a session, and the one that ends it."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.base import SessionFacts, Timer, TimerName
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.selectors.clocks import collect_clocks
from session_inspector.inspector.model.views.selectors.ends import find_end, find_first_end
from tests.inspector.sample import NOW, login


def ending(name: TimerName, ends: float | None) -> Timer:
    return Timer(name=name, ends=ends, ends_session=True)


def known(*timers: Timer, **forced: float) -> KnownSession:
    facts = SessionFacts(kind="stateful", sub="u", timers=timers)
    return KnownSession(session="a", facts=facts, client="", forced=forced)  # type: ignore[arg-type]  # names of clocks


def test_the_earliest_clock_that_ends_the_session_is_its_end() -> None:
    first = ending("absolute", 10)
    token = Timer(name="access_token", ends=1)
    assert find_end(known(token, ending("inactivity", 20), first)) == first


def test_clocks_that_never_end_are_no_end() -> None:
    assert find_end(known(ending("store", None))) is None
    assert find_first_end(()) is None


def test_of_clocks_within_a_second_the_cause_is_named() -> None:
    cause = ending("inactivity", 10.2)
    assert find_first_end([ending("cookie", 10.0), ending("store", 10.1), cause]) == cause


def test_a_changed_copy_of_a_session_is_asked_for_its_end_anew() -> None:
    before = known(ending("inactivity", 20), ending("absolute", 30))
    assert find_end(before) == ending("inactivity", 20)
    after = replace(before, forced={"absolute": 5.0})
    assert find_end(after) == ending("absolute", 5)
    assert find_end(before) == ending("inactivity", 20)
    assert before == known(ending("inactivity", 20), ending("absolute", 30))


def test_a_forced_clock_ends_when_it_was_forced() -> None:
    found = known(ending("inactivity", 20), ending("absolute", 30), absolute=5)
    assert find_end(found) == ending("absolute", 5)


def test_the_provider_s_clocks_are_joined_by_the_provider_session() -> None:
    state = fold(State(), login("a", NOW, 1, "lab:a"))
    clocks = {clock.name: clock.ends for clock in collect_clocks(state, state.sessions["a"], NOW)}
    assert (clocks["refresh_token"], clocks["provider"]) == (NOW + 2_592_000, NOW + 259_200)
    assert "provider" not in {clock.name for clock in collect_clocks(State(), known(), NOW)}

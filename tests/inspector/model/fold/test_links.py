"""What belongs to which session: requests, commands, the provider's sessions."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.sample import NOW, login, server, started


def test_a_request_is_of_the_session_it_touched_last() -> None:
    state = fold(State(), [server(), *login("a", NOW, 1, "lab:a"), started("x2", NOW, "/", "b")])
    assert dict(state.links.by_cause) == {"x1": "a"}


def test_a_session_of_the_provider_has_the_newest_of_ours() -> None:
    state = fold(State(), [*login("a", NOW, 1, "lab:a"), *login("b", NOW, 2, "lab:b")])
    assert dict(state.links.by_sid) == {"sid-a": "a", "sid-b": "b"}


def test_the_same_again_copies_nothing() -> None:
    state = fold(State(), login("a", NOW, 1, "lab:a"))
    assert fold(state, login("a", NOW, 1, "lab:a")).links is state.links

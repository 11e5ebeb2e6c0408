"""After a session nothing of it should live on; clocks that disagree are sentences."""

from __future__ import annotations

from session_inspector.devserver.core.events.login import ProviderSessionEnded, TokenRevoked
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.inspector.sample import NOW, login, server, swept

HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]


def lamps(*events: Event) -> dict[str, tuple[str, str]]:
    state = fold(State(), [*HERE, *events])
    return {lamp.name: (lamp.how, lamp.tone) for lamp in lamps_of(state, "alice", NOW)}


def test_a_live_session_has_four_lamps() -> None:
    alive = ("● alive", "good")
    assert lamps() == dict.fromkeys(
        ("cookie", "store row", "refresh token", "provider session"), alive
    )


def test_after_a_whole_logout_all_are_dead() -> None:
    digest = Secret.of("v1.sid-alice").digest
    found = lamps(
        SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"),
        swept("alice", NOW, "x2", "__session"),
        TokenRevoked(at=NOW, cause="x2", token="refresh", digest=digest),
        ProviderSessionEnded(at=NOW, sub="local|alice", sid="sid-alice"),
    )
    assert set(found.values()) == {("○ dead", "dim")}, "not in the green of what lives"


def test_what_outlives_a_logout_is_red() -> None:
    found = lamps(SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"))
    assert found["store row"] == ("○ dead", "dim")
    assert {name for name, (_, tone) in found.items() if tone == "bad"} == {
        "cookie",
        "refresh token",
        "provider session",
    }


def test_nobody_has_no_lamps() -> None:
    assert lamps_of(State(), "nobody", NOW) == ()

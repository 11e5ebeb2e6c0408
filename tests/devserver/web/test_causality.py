"""Which session an exchange was about, and who holds a session."""

from __future__ import annotations

from session_inspector.devserver.core.correlation import name_resender
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.web.causality import KEPT, Causality

FACTS = SessionFacts(kind="stateless", sub="u")


def started(exchange: str, client: str) -> ExchangeStarted:
    return ExchangeStarted(
        at=1.0, cause=exchange, exchange=exchange, method="GET", path="/", client=client
    )


def written(session: str, cause: str) -> SessionWritten:
    return SessionWritten(at=1.0, session=session, cause=cause, reason="login", facts=FACTS)


def test_everything_passes_unchanged() -> None:
    events: list[Event] = []
    event = started("x1", "Chrome")
    Causality(events.append).publish(event)
    assert events == [event]


def test_a_written_session_outweighs_the_one_it_replaces() -> None:
    found = Causality(lambda event: None)
    found.publish(SessionDestroyed(at=1.0, session="old", cause="x1", reason="replaced"))
    found.publish(written("new", "x1"))
    found.publish(SessionLoaded(at=1.0, session="later", cause="x1", sub="u"))
    assert found.session_of("x1") == "new"
    assert found.session_of("x2") == ""


def test_the_holder_is_the_client_it_was_last_written_for() -> None:
    found = Causality(lambda event: None)
    found.publish(started("x1", "lab:alice"))
    found.publish(written("s", "x1"))
    found.publish(written("t", "c1"))
    assert (found.holder_of("s"), found.holder_of("t")) == ("lab:alice", "")


def test_a_request_that_was_sent_again_takes_no_session_from_its_browser() -> None:
    found = Causality(lambda event: None)
    found.publish(started("x1", "lab:alice"))
    found.publish(written("s", "x1"))
    found.publish(started("x2", f"lab:{name_resender('x1', 1)}"))
    found.publish(written("s", "x2"))
    assert found.holder_of("s") == "lab:alice"


def test_memory_is_bounded() -> None:
    found = Causality(lambda event: None)
    for number in range(KEPT + 1):
        found.publish(written("s", f"x{number}"))
    assert (found.session_of("x0"), found.session_of(f"x{KEPT}")) == ("", "s")

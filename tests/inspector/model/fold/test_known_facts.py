"""An event changes only the clocks that it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.correlation import name_resender
from session_inspector.devserver.core.events.base import SessionFacts, Timer
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.inspector.model.fold.known_facts import (
    facts_after_look,
    facts_after_write,
)

FACTS = SessionFacts(
    kind="stateful",
    sub="alice",
    timers=(
        Timer(name="cookie", ends=100),
        Timer(name="sealed", ends=100),
        Timer(name="store", ends=100),
    ),
)


def ending(at: float) -> SessionFacts:
    return replace(FACTS, timers=tuple(replace(timer, ends=at) for timer in FACTS.timers))


def exchange_of(client: str) -> ExchangeStarted:
    return ExchangeStarted(at=9, cause="x1", exchange="x1", method="GET", path="/", client=client)


def ends(facts: SessionFacts) -> dict[str, float | None]:
    return {timer.name: timer.ends for timer in facts.timers}


def test_a_look_into_the_store_moves_no_clock_of_the_cookie() -> None:
    look = SessionSeen(at=9, session="s", facts=ending(200))
    assert ends(facts_after_look(FACTS, look)) == {"cookie": 100, "sealed": 100, "store": 200}
    assert ends(facts_after_look(None, look)) == {"store": 200}


def test_a_session_in_a_request_shows_its_cookie() -> None:
    met = SessionSeen(at=9, cause="x1", session="s", facts=ending(200))
    assert ends(facts_after_look(FACTS, met)) == {"cookie": 200, "sealed": 200, "store": 200}


def test_a_row_that_was_put_back_has_sealed_no_cookie() -> None:
    write = SessionWritten(at=9, cause="c1", session="s", facts=ending(200), reason="update")
    put_back = facts_after_write(FACTS, write, None)
    assert ends(put_back) == {"cookie": 100, "sealed": 100, "store": 200}
    answered = facts_after_write(FACTS, write, exchange_of("lab:alice"))
    assert ends(answered) == {"cookie": 200, "sealed": 200, "store": 200}


def test_no_browser_has_the_cookie_of_a_request_that_was_sent_again() -> None:
    write = SessionWritten(at=9, cause="x1", session="s", facts=ending(200), reason="roll")
    again = exchange_of(f"lab:{name_resender('x1', 2)}")
    found = facts_after_write(FACTS, write, again)
    assert ends(found) == {"cookie": 100, "sealed": 100, "store": 200}
    assert facts_after_write(None, write, again) == write.facts


@pytest.mark.parametrize(
    ("later", "known"),
    [
        (replace(FACTS, created_at=9), (5, "x1")),
        (replace(FACTS, created_at=9, login="x2"), (9, "x2")),
        (replace(FACTS, created_at=9, sub="bob"), (9, "")),
    ],
    ids=["a write", "another login", "another user"],
)
def test_a_login_that_was_seen_stays_until_somebody_else_is_in_the_session(
    later: SessionFacts, known: tuple[float, str]
) -> None:
    seen = replace(FACTS, created_at=5, login="x1")
    write = SessionWritten(at=9, cause="x3", session="s", facts=later, reason="update")
    look = SessionSeen(at=9, session="s", facts=later)
    found = (
        facts_after_write(seen, write, None),
        facts_after_write(seen, write, exchange_of("Chrome")),
        facts_after_look(seen, look),
    )
    assert [(one.created_at, one.login) for one in found] == [known] * 3


@pytest.mark.parametrize(("cause", "is_kept"), [("", True), ("x1", False)])
def test_a_look_into_the_store_shows_no_token_in_another_cookie(cause: str, is_kept: bool) -> None:
    """A request shows whether its browser has it still."""
    token = Timer(name="access_token", ends=50, where="access")
    inside = Timer(name="access_token", ends=50)
    for timer, is_there in ((token, is_kept), (inside, False)):
        before = replace(FACTS, timers=(*FACTS.timers, timer))
        after = facts_after_look(before, SessionSeen(at=9, cause=cause, session="a", facts=FACTS))
        assert ("access_token" in ends(after)) is is_there

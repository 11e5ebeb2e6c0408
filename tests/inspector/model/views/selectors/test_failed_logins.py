"""Logins that failed turn their tab red, until their browser has logged in."""

from __future__ import annotations

from session_inspector.devserver.core.events.login import LoginFailed, LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.registry import tabs
from session_inspector.inspector.model.views.selectors.failed_logins import count_failed_logins
from tests.inspector.model.events import started, state_of


def begin(name: str, client: str = "lab:a") -> list[Event]:
    return [
        started(f"x{name}", client=client),
        LoginStarted(at=1, cause=f"x{name}", login=name, transaction_cookie="t"),
    ]


def fail(name: str) -> Event:
    return LoginFailed(at=2, login=name, step="id_token", code="c", reason="why")


def test_each_browser_whose_newest_login_failed_counts_once() -> None:
    state = state_of(
        *begin("1"), fail("1"), *begin("2"), fail("2"), *begin("3", "Chrome"), fail("3")
    )
    assert count_failed_logins(state.flows) == 2
    (logins,) = [tab for tab in tabs(state, "") if tab.label == "logins"]
    assert logins.count == 2


def test_a_later_success_makes_up_for_it_and_one_under_way_does_not() -> None:
    failed = [*begin("1"), fail("1"), *begin("2")]
    assert count_failed_logins(state_of(*failed).flows) == 1
    success = LoginSucceeded(at=3, login="2", sub="u")
    assert count_failed_logins(state_of(*failed, success).flows) == 0

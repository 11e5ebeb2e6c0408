"""The lines of the menus: only what can be done is offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.ui.screens.choices import clocks_of
from tests.inspector.sample import NOW, server

ALL = ["inactivity", "absolute", "access_token"]
APP = "http://localhost:3000"


def state_of(upstream: str, layout: str) -> State:
    facts = SessionFacts(kind="stateful", sub="ann", layout=layout)
    began = replace(server(NOW - 60), upstream=upstream, may_write=True)
    return fold(State(), [began, SessionSeen(at=NOW, session="a", facts=facts)])


@pytest.mark.parametrize(
    ("upstream", "layout", "offered"),
    [
        ("", "", ALL),
        (APP, "", ALL),
        (APP, "connect-redis", ["inactivity"]),
        (APP, "django", ["inactivity"]),
    ],
)
def test_the_row_of_another_framework_has_one_clock_that_can_be_expired(
    upstream: str, layout: str, offered: list[str]
) -> None:
    choices = clocks_of(state_of(upstream, layout), "a")
    assert [clock for clock, _ in choices] == offered
    assert all(layout in text for _, text in choices)


def test_a_session_that_nobody_knows_has_all_clocks() -> None:
    assert [clock for clock, _ in clocks_of(State(), "a")] == ALL

"""A copy that is accepted ends by the clock inside it, as any session does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.rows import RunOut
from session_inspector.inspector.model.views.search import count_run_out
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.table.table import SearchTable
from tests.inspector.model.views.selectors.scene import (
    STATELESS_APP,
    after,
    clocks,
    life,
    swept_cookie,
)
from tests.inspector.model.views.selectors.test_copies import COPY
from tests.inspector.sample import NOW, cookie, written

END = NOW + 60
MADE = written("a", NOW, "x1", kind="stateless")
SEALED = Timer(name="sealed", ends=END, ends_session=True)
BEFORE: list[Event] = [
    *STATELESS_APP[:2],
    replace(MADE, facts=replace(MADE.facts, timers=(SEALED,))),
    cookie("a", NOW, "x1"),
]
SHOWN: list[Event] = [
    SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout"),
    swept_cookie("x2"),
    COPY,
]


@pytest.mark.parametrize(("second", "said"), [(-1, "accepted"), (0, "expired"), (1, "expired")])
def test_an_accepted_copy_expires_at_the_exact_second(second: int, said: str) -> None:
    state = after(*SHOWN, before=BEFORE)
    now = END + second
    run_out = count_run_out(state, now)
    assert life(state, now)[0] == said
    assert run_out == RunOut(live=int(second >= 0))
    assert SearchTable().count_run_out(state, now, lambda: True) == run_out
    header = status(state, now, run_out)
    assert (header.live, header.over) == (int(second < 0), int(second >= 0))
    assert clocks(state, now)["sealed"].is_first


def test_a_copy_that_is_accepted_after_its_end_lives() -> None:
    late = replace(COPY, at=END + 5, cause="x4")
    state = after(*SHOWN, late, before=BEFORE)
    assert life(state, END + 9)[0] == "accepted"
    run_out = count_run_out(state, END + 9)
    assert run_out == RunOut()
    assert SearchTable().count_run_out(state, END + 9, lambda: True) == run_out


def test_a_copy_without_an_end_inside_lives_on() -> None:
    endless = replace(MADE, facts=replace(MADE.facts, timers=(replace(SEALED, ends=None),)))
    state = after(*SHOWN, before=[*BEFORE[:2], endless, BEFORE[3]])
    assert life(state, END + 9)[0] == "accepted"

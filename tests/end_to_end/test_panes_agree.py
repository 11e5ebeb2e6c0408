"""Whatever is done in the lab, all panes agree: with each other, and with the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_inspector.devserver.core.commands import (
    Command,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    RefreshTokens,
    Reply,
    Request,
    Revoke,
    RunScenario,
    UndoRevoke,
)
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.session_rows import session_row
from tests.end_to_end.lab import Lab, running_lab
from tests.inspector.agreement import ALIVE, disagreements

HOUR = 3600.0
DAY = 86_400.0
Step: TypeAlias = str | float
STEPS: Sequence[Step] = (
    "request",
    "refresh",
    "logout",
    "revoke",
    "undo",
    "drop",
    "inactivity",
    "absolute",
    "access_token",
    HOUR,
    DAY + HOUR,
    3 * DAY + HOUR,
    -HOUR,
    -(DAY + HOUR),
    -(3 * DAY + HOUR),
)
HISTORIES = st.lists(st.sampled_from(STEPS), max_size=9)
LABS = [
    {"kind": "stateful"},
    {"kind": "stateless"},
    {"kind": "stateless", "revocation": "store"},
    {"kind": "stateful", "rolling": False},
    {"kind": "stateless", "rolling": False},
]


class Watched:
    """One session of a lab, and what the panes say of it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.state = State()
        self._seq = 0
        self.history: list[Step] = []
        self.do(Login(user="local|alice"))
        self.session = self.state.order[-1]

    @property
    def now(self) -> float:
        return self.lab.running.clock.now()

    def do(self, command: Command) -> Reply:
        reply = self.lab.send(command)
        self.pull()
        return reply

    def pull(self) -> None:
        events, _ = self.lab.running.journal.since(self._seq)
        if events:
            self._seq = events[-1].seq
        self.state = fold(self.state, events)

    def step(self, step: Step) -> None:
        self.history.append(step)
        session = self.session
        match step:
            case float():
                self.do(MoveClock(seconds=step))
            case "request":
                self.check_request()
            case "refresh":
                self.do(RefreshTokens(session=session))
            case "logout":
                self.do(Logout(session=session))
            case "revoke":
                self.do(Revoke(session=session))
            case "undo":
                self.do(UndoRevoke())
            case "drop":
                self.do(DropCookie(session=session))
            case "inactivity" | "absolute" | "access_token":
                self.do(Expire(session=session, clock=step))

    def check_panes(self) -> None:
        assert disagreements(self.state, self.now, only=self.session) == [], self.history

    def check_request(self) -> None:
        """Foretell what a request meets, and let it meet it."""
        is_sent, is_accepted = self.foretell()
        before = self._seq
        reply = self.do(Request(session=self.session, path="/protected"))
        events, _ = self.lab.running.journal.since(before)
        asked = next(event for event in events if isinstance(event, ExchangeStarted))
        sent = [cookie.name for cookie in asked.cookies if cookie.name.startswith("__session")]
        assert bool(sent) == is_sent, (self.history, "the cookie pane and what the browser sends")
        assert reply.is_ok == is_accepted, (self.history, reply.message)

    def foretell(self) -> tuple[bool, bool]:
        """Return whether the cookie is sent, and whether the app accepts the session."""
        lamps = {lamp.name: lamp.how for lamp in lamps_of(self.state, self.session, self.now)}
        row = session_row(self.state, self.session, self.now)
        assert row is not None
        is_sent = lamps["cookie"] == ALIVE
        return is_sent, is_sent and row.life == "live"


@contextmanager
def set_back(lab: Lab) -> Iterator[None]:
    """Give the lab its own time back afterwards."""
    try:
        yield
    finally:
        lab.send(MoveClock(seconds=-lab.running.clock.offset))


@pytest.fixture(scope="module", params=LABS, ids=lambda flags: "-".join(map(str, flags.values())))
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    flags = dict(request.param)
    folder = tmp_path_factory.mktemp("panes")
    rolling = flags.pop("rolling", True)
    settings = load_settings({"store": "sqlite://:memory:", **flags}, {"HOME": str(folder)})
    running = start_lab(replace(settings, rolling=rolling))
    yield Lab(running)
    running.stop()


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(history=HISTORIES)
def test_all_panes_agree_with_each_other_and_with_the_wire(lab: Lab, history: list[Step]) -> None:
    with set_back(lab):
        watched = Watched(lab)
        watched.check_panes()
        for step in history:
            watched.step(step)
            watched.check_panes()
        watched.check_request()
        watched.check_panes()


@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_a_session_that_another_secret_sealed_is_refused_in_all_panes(
    kind: str, tmp_path: Path
) -> None:
    with running_lab(tmp_path, kind=kind) as lab:
        assert lab.send(RunScenario(name="rotated-secret", count=1)).is_ok
        now = lab.running.clock.now()
        refused = [row for row in lab.rows() if row.life == "refused"]
        assert ["another secret sealed it" in row.reason for row in refused] == [True]
        lamps = {lamp.name: lamp.how for lamp in lamps_of(lab.state(), refused[0].session, now)}
        assert lamps["cookie"] != ALIVE
        assert disagreements(lab.state(), now) == []

"""Each action of the key table does what its help says, pressed by a real key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from session_inspector.devserver.core.commands import (
    ClearOrigin,
    Command,
    CopyJar,
    DropCookie,
    Expire,
    InspectRequest,
    Login,
    Logout,
    MoveClock,
    OpenBrowser,
    Prune,
    PutCookie,
    RefreshTokens,
    ReplayInPage,
    Request,
    RestartApp,
    Reveal,
    Revoke,
    RotateKeys,
    RunScenario,
    SetKnobs,
    Switch,
    Undo,
)
from session_inspector.devserver.core.events.browser import BrowserStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.keys import ALL
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.decode import DecodeScreen
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.screens.jump import JumpScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.session import SessionScreen
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import JWT, NOW, ListFeed
from tests.inspector.ui.shown import toasts
from tests.inspector.ui.waiting import press


@dataclass(slots=True)
class Seen:
    """The app as it was after the keys."""

    app: InspectorApp
    feed: ListFeed
    opened: list[str] = field(default_factory=list)
    folder: Path = Path()

    @property
    def sent(self) -> list[Command]:
        return self.feed.sent

    @property
    def board(self) -> str:
        screen = self.app.screen
        return screen.board.name if isinstance(screen, BoardScreen) else ""

    def line(self, name: str) -> str:
        """The value of a line of the open board, by the start of its key."""
        pane = self.app.screen.query_one("#board", FieldList)
        return next(row.value for row in pane.rows if row.key.startswith(name))

    @property
    def cursor(self) -> int:
        return self.app.screen.query_one(SessionList).cursor

    @property
    def said(self) -> str:
        return " ".join(toasts(self.app))


def opening(opened: list[str]) -> Callable[[str], bool]:
    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    return open_page


Check = Callable[[Seen], object]
FIND = ["slash", *"alice", "enter"]
"""Marks Alice: she is live, and has a token."""
WRONG_LOGOUT: list[Command] = [RunScenario(name="logout-race", kind="stateless")]
WATCHED = BrowserStateChanged(
    at=NOW, browser="Chromium 156", state="watching", origins=("http://localhost:3000",)
)
IN_BROWSER: dict[str, list[Event]] = {
    name: [WATCHED] for name in ("cookie_clear", "cookie_copy", "replay_in_page")
}
"""What has happened besides, by the action."""
CASES: dict[str, tuple[list[str], Check]] = {
    "login": (["l"], lambda s: s.sent == [Login(user="local|alice")]),
    "login_as": (["L", "down", "enter"], lambda s: s.sent == [Login(user="local|bob")]),
    "request": ([*FIND, "r"], lambda s: s.sent == [Request(session="alice")]),
    "refresh": ([*FIND, "t"], lambda s: s.sent == [RefreshTokens(session="alice")]),
    "logout": ([*FIND, "o"], lambda s: s.sent == [Logout(session="alice")]),
    "revoke": ([*FIND, "v", "y"], lambda s: s.sent == [Revoke(session="alice")]),
    "undo_revoke": (["U"], lambda s: s.sent == [Undo()]),
    "prune": (
        ["P", "y"],
        lambda s: s.sent == [Prune(part="next"), Prune(is_dry=False, part="next")],
    ),
    "knobs": (["N", "n"], lambda s: s.sent == [SetKnobs(wrong_nonce=True)]),
    "drop": ([*FIND, "d"], lambda s: s.sent == [DropCookie(session="alice")]),
    "switch": (["s", "enter"], lambda s: s.sent == [Switch(kind="stateless")]),
    "expire": (
        [*FIND, "x", "enter"],
        lambda s: s.sent == [Expire(session="alice", clock="inactivity")],
    ),
    "travel": (["plus", "end", "enter"], lambda s: s.sent == [MoveClock(seconds=259_200)]),
    "travel_back": (
        ["plus", "end", "enter", "minus"],
        lambda s: s.sent[-1] == MoveClock(seconds=-259_200),
    ),
    "play": (["p", "r"], lambda s: s.sent == [RunScenario(name="logout-race")]),
    "wrong_logout": (
        ["w"],
        lambda s: s.sent == WRONG_LOGOUT,
    ),
    "rotate_keys": (["K"], lambda s: s.sent == [RotateKeys()]),
    "restart_app": (["ctrl+r"], lambda s: s.sent == [RestartApp()]),
    "suspend": (["ctrl+z"], lambda s: s.sent == []),  # test_showing.py: a real terminal
    "measure": (["m", "y"], lambda s: s.board == "compare" and "169 B" in s.line("redis 127")),
    "open": (["enter"], lambda s: isinstance(s.app.screen, SessionScreen)),
    "board": (["4", "1"], lambda s: isinstance(s.app.screen, LiveScreen)),
    "board_budget": (["2"], lambda s: s.board == "budget"),
    "board_requests": (["3"], lambda s: s.board == "requests"),
    "board_tokens": (["4"], lambda s: s.board == "tokens"),
    "board_logins": (["5"], lambda s: s.board == "logins"),
    "board_alarms": (["6"], lambda s: s.board == "alarms"),
    "board_scenarios": (["7"], lambda s: s.board == "scenarios"),
    "board_compare": (["8"], lambda s: s.board == "compare"),
    "board_rows": (["9"], lambda s: s.board == "rows"),
    "board_output": (["O"], lambda s: s.board == "output"),
    "board_cookies": ([*FIND, "c"], lambda s: s.board == "cookies" and "#" in s.line("cookie ")),
    "board_changes": ([*FIND, "h"], lambda s: s.board == "changes" and bool(s.line("change "))),
    "cookie_edit": (
        [*FIND, "c", "i", *["backspace"] * 3, *"None", "enter"],
        lambda s: (
            s.sent
            == [
                PutCookie(
                    session="alice",
                    line="__session=•••; Path=/; Max-Age=86400; HttpOnly; SameSite=None",
                    name="__session",
                )
            ]
        ),
    ),
    "cookie_add": (
        [*FIND, "c", "A", "enter"],
        lambda s: s.sent == [PutCookie(session="alice", line="name=value; Path=/")],
    ),
    "cookie_clear": (
        [*FIND, "c", "X", "enter", "y"],
        lambda s: s.sent == [ClearOrigin(origin="http://localhost:3000")],
    ),
    "cookie_copy": (
        [*FIND, "c", "J", "r"],
        lambda s: s.sent == [CopyJar(session="alice", to="real")],
    ),
    "replay_in_page": (
        ["3", "g", "F", "y"],
        lambda s: s.sent == [ReplayInPage(exchange="x1", is_sure=True)],
    ),
    "decode": (["D"], lambda s: isinstance(s.app.screen, DecodeScreen)),
    "filter": (
        FIND,
        lambda s: [r.session for r in s.app.screen.query_one(SessionList).rows] == ["alice"],
    ),
    "sort": (["S"], lambda s: s.app.view.sort == "user"),
    "inspect": (
        ["3", "g", "E"],
        lambda s: s.sent == [InspectRequest(exchange="x1")],
    ),
    "reverse": (["R"], lambda s: s.app.view.listing("sessions").is_reversed),
    "problems": (["exclamation_mark"], lambda s: s.app.view.query == "is:problem"),
    "reveal": (
        [*FIND, "enter", *["j"] * 5, "u"],
        lambda s: s.sent == [Reveal(digest=Secret.of(JWT).digest)],
    ),
    "copy": (["y"], lambda s: "OSC 52" in s.said and "Zoë Zhang" in s.app.clipboard),
    "copy_file": (
        ["Y"],
        lambda s: "Zoë Zhang" in (s.folder / "exports" / "copied.txt").read_text(),
    ),
    "export": (
        [*FIND, "e", "j"],
        lambda s: (s.folder / "exports" / "session-alice.json").exists(),
    ),
    "watch_browser": (["B"], lambda s: s.sent == [OpenBrowser()]),
    "browse": (["b"], lambda s: s.opened == ["http://127.0.0.1:3000"]),
    "jump": (["f"], lambda s: isinstance(s.app.screen, JumpScreen)),
    "theme": (["T"], lambda s: s.app.theme == "inspector-day"),
    "compact": (["C"], lambda s: s.app.has_class("-compact")),
    "back": (["6", "escape"], lambda s: isinstance(s.app.screen, LiveScreen)),
    "help": (["question_mark"], lambda s: isinstance(s.app.screen, HelpScreen)),
    "quit": (["q"], lambda s: s.app.return_code == 0),
    "down": (["j"], lambda s: s.cursor == 1),
    "up": (["j", "j", "k"], lambda s: s.cursor == 1),
    "mark": (["space"], lambda s: s.app.view.marked == {"zoe-2"}),
    "mark_all": (["a"], lambda s: len(s.app.view.marked) == 6),
    "zoom": (["z"], lambda s: not s.app.screen.query_one("#timeline").display),
    "page_down": (["pagedown"], lambda s: s.cursor == 5),
    "page_up": (["G", "pageup"], lambda s: s.cursor == 0),
    "first": (["G", "g"], lambda s: s.cursor == 0),
    "last": (["G"], lambda s: s.cursor == 5),
    "open_line": (
        ["7", "G", "enter"],
        lambda s: s.sent == [RunScenario(name="secure-on-http")],
    ),
    "budget_drop": (
        [*FIND, "2", "space"],
        lambda s: s.line("whatif") == "without tokenSet.accessToken",
    ),
    "budget_audience": ([*FIND, "2", "a", "a"], lambda s: s.line("whatif") == "2 more audiences"),
    "budget_grow": (
        [*FIND, "2", *["right_square_bracket"] * 9],
        lambda s: s.line("whatif") == "+4500 B of claims" and "DROPPED" in s.line("fate without"),
    ),
    "budget_shrink": (
        [*FIND, "2", "right_square_bracket", "right_square_bracket", "left_square_bracket"],
        lambda s: s.line("whatif") == "+500 B of claims",
    ),
    "budget_reset": ([*FIND, "2", "a", "space", "0"], lambda s: "space leaves" in s.line("whatif")),
    "decode_back": (["D", "escape"], lambda s: isinstance(s.app.screen, LiveScreen)),
}
ELSEWHERE = {
    "decode_reveal": "test_decode_screen.py",
    "decode_clear": "test_decode_screen.py",
    "step": "test_moving_about.py",
    "step_back": "test_moving_about.py",
    "leap": "test_moving_about.py",
    **dict.fromkeys(
        (
            "play_pause",
            "play_faster",
            "play_slower",
            "jump_alarm",
            "jump_time",
            "jump_session",
            "jump_start",
        ),
        "actions/test_replay.py",
    ),
    "leap_back": "test_moving_about.py",
}


def test_every_action_of_the_table_is_tested() -> None:
    assert {*CASES, *ELSEWHERE} == {key.name for key in ALL}


@pytest.mark.parametrize("name", CASES)
async def test_the_key_does_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")  # no clipboard program
    keys, check = CASES[name]
    opened: list[str] = []
    feed = ListFeed([*busy_events(), *IN_BROWSER.get(name, [])])
    app = InspectorApp(feed, ticks=False, open_url=opening(opened), comparing=Told())
    seen = Seen(app, feed, opened, tmp_path / "session-inspector")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await press(pilot, *keys)
        assert check(seen), (seen.sent, seen.board, seen.said)

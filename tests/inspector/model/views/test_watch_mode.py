"""What is watched, and what stands there until the first session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.browser import BrowserStateChanged
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.process import AppEnded, AppStarted
from session_inspector.devserver.core.events.server import (
    IN_COOKIES,
    NO_PROXY,
    UpstreamStateChanged,
)
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.registry import ALL_BOARDS
from session_inspector.inspector.model.facts.rows import WatchMode
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.watch_mode import (
    choose_guide,
    detect_watch_mode,
    empty_text,
    welcome,
)
from session_inspector.inspector.model.words.guides import BEGIN, EMPTY, WELCOME, GuideMode
from session_inspector.inspector.ui.spelling import spell_in
from tests.inspector.sample import NOW, server, written

TLS = "it does not speak TLS, and was asked for https: session-inspector attach http://…"
AWAY = UpstreamStateChanged(
    at=NOW, upstream="http://localhost:3000", is_up=False, reason="connection refused"
)
STARTED = AppStarted(at=NOW, command="nope", pid=7, found="Express")
NOT_STARTED = AppEnded(at=NOW, code=127, is_crash=True, reason="nope: No such file")


def state(upstream: str = "", tenant: str = "", env: str = "") -> State:
    started = replace(server(NOW), upstream=upstream, tenant=tenant, tenant_env=env)
    return fold(State(), [started])


@pytest.mark.parametrize(
    ("upstream", "mode"), [("", "lab"), ("http://localhost:3000", "app"), (NO_PROXY, "store")]
)
def test_the_server_names_what_is_watched(upstream: str, mode: WatchMode) -> None:
    found = state(upstream)
    assert detect_watch_mode(found) == mode
    assert welcome(found, mode) == WELCOME[mode]


def test_without_a_proxy_only_the_watched_browser_is_named() -> None:
    found = state(server(NOW).base_url)
    assert detect_watch_mode(found) == "app"
    guide = choose_guide(found, is_recording=False, is_read_only=False)
    assert guide == "page"
    assert "in the browser that is watched: no other is seen" in welcome(found, guide)
    assert "proxy" not in welcome(found, guide)


@pytest.mark.parametrize(
    ("event", "said", "unsaid"),
    [
        (AWAY, "AWAY: connection refused.\n  Start it: nothing here needs a restart", "O"),
        (replace(AWAY, is_unusable=True, reason=TLS), f"UNUSABLE: {TLS}.\n\n", "Start it"),
        (NOT_STARTED, "NOT STARTED: the app could not be started: nope: No such", "Start it:"),
        (STARTED, "STARTING: started, listens nowhere yet, process 7.\n\n", "again"),
    ],
)
def test_an_app_that_takes_no_requests_is_not_offered_but_explained(
    event: Event, said: str, unsaid: str
) -> None:
    found = fold(state("http://localhost:3000"), [event])
    guide = choose_guide(found, is_recording=False, is_read_only=False)
    words = spell_in(welcome(found, guide), {})
    assert (guide, said in words, unsaid in words) == ("away", True, False)
    assert "  b " not in words
    for board in ("requests", "logins"):
        assert said.partition(".\n")[0] in empty_text(found, board, "", guide)
    if event is NOT_STARTED:
        assert "ctrl+r starts it again, O shows what it wrote" in words


def test_a_page_of_an_app_that_is_away_is_to_be_loaded_again() -> None:
    found = fold(state(server(NOW).base_url), [AWAY])
    guide = choose_guide(found, is_recording=False, is_read_only=False)
    words = welcome(found, guide)
    assert "AWAY: connection refused.\n  Start it, and load the page in the watched" in words
    assert "proxy" not in words


def test_a_browser_without_a_window_is_said_to_have_none() -> None:
    watching = BrowserStateChanged(
        at=NOW, browser="Chromium 156", state="watching", has_window=False
    )
    found = fold(state(server(NOW).base_url), [watching])
    assert "no window: nobody can log in in it" in welcome(found, "page")
    assert status(found, NOW).browser == "Chromium 156: 0 cookies, no window"
    found = fold(found, [replace(watching, has_window=True)])
    assert "no window" not in welcome(found, "page") + status(found, NOW).browser


def test_an_app_that_is_back_is_offered_again() -> None:
    found = fold(state("http://localhost:3000"), [AWAY, replace(AWAY, is_up=True)])
    assert choose_guide(found, is_recording=False, is_read_only=False) == "app"


def test_an_api_with_bearer_tokens_is_not_called_empty_in_silence() -> None:
    request = ExchangeStarted(at=NOW, exchange="x1", method="GET", path="/api", client="curl")
    sent = replace(request, bearer="a1b2c3d4e5f6")
    found = fold(state("http://localhost:3000"), [sent, replace(request, exchange="x2")])
    assert "1 request had a bearer token" in welcome(found, "app")
    found = fold(found, [replace(sent, exchange="x3")])
    assert "2 requests had a bearer token" in welcome(found, "app")


def test_before_the_first_event_it_is_the_lab() -> None:
    assert detect_watch_mode(State()) == "lab"


def test_a_tenant_sees_its_address_and_a_short_path() -> None:
    text = welcome(state(tenant="http://localhost:3000", env="/home/me/app/.env.local"), "lab")
    assert "at http://localhost:3000\n" in text
    assert "its environment: ~/app/.env.local\n" in text
    assert "/srv/app/.env" in welcome(state(tenant="http://x", env="/srv/app/.env"), "lab")


def test_each_mode_has_words_and_only_for_boards_there_are() -> None:
    assert set(WELCOME) == set(BEGIN) == set(EMPTY)
    names = {board.name for board in ALL_BOARDS}
    assert all(set(texts) <= names for texts in EMPTY.values())


@pytest.mark.parametrize(
    ("upstream", "is_read_only", "is_recording", "guide"),
    [
        ("", False, False, "lab"),
        ("", True, False, "browser"),
        ("", True, True, "recording"),
        ("http://app", True, False, "app"),
        ("http://app", True, True, "recording"),
    ],
)
def test_nobody_is_told_to_change_what_cannot_be_changed(
    upstream: str, is_read_only: bool, is_recording: bool, guide: GuideMode
) -> None:
    found = state(upstream)
    chosen = choose_guide(found, is_read_only=is_read_only, is_recording=is_recording)
    assert chosen == guide
    words = welcome(found, chosen) + BEGIN[chosen] + " ".join(EMPTY[chosen].values())
    words = spell_in(words, {})
    assert (" l " in words) == (guide == "lab")


@pytest.mark.parametrize("guide", ["app", "store"])
def test_an_empty_store_that_was_named_is_not_asked_for(guide: GuideMode) -> None:
    attached = replace(server(NOW), upstream="http://localhost:3000", store="redis://localhost")
    empty = fold(State(), [attached])
    assert "no row in a known layout yet" in empty_text(empty, "rows", "", guide)
    timer = Timer(name="store", ends=NOW + 60, ends_session=True)
    facts = replace(written("alice", NOW, "x1").facts, kind="stateful", timers=(timer,))
    seen = SessionSeen(at=NOW, session="alice", facts=facts)
    gone = SessionVanished(at=NOW + 1, session="alice", is_deleted=True)
    text = empty_text(fold(empty, [seen, gone]), "rows", "", guide)
    assert "no row any more" in text
    assert "--store" not in text


def test_without_a_store_the_rows_say_how_to_name_one() -> None:
    attached = replace(server(NOW), upstream="http://localhost:3000", store=IN_COOKIES)
    text = empty_text(fold(State(), [attached]), "rows", "", "app")
    assert "--store URL" in text
    assert "Fix" not in text, "an app's own memory is no store that could be named"
    assert "MemoryStore" in text

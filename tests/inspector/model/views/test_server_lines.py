"""Lines of what concerns the lab as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.server import (
    NO_PROXY,
    AppAddressSeen,
    ClockMoved,
    CommandRun,
    ExchangesSkipped,
    ScenarioTold,
    ServerEvent,
    StoreStateChanged,
    UpstreamStateChanged,
    WatchFailed,
)
from session_inspector.inspector.model.facts.rows import Line
from session_inspector.inspector.model.views.server_lines import server_line, spell_command
from tests.inspector.sample import server

TOLD = ScenarioTold(at=1, cause="c1", scenario="logins", text="t", is_ok=True)
AWAY = StoreStateChanged(at=1, store="s", is_up=False, reason="locked")
RUN = CommandRun(at=1, cause="c1", command="RefreshTokens", is_ok=True, message="m")
DOWN = UpstreamStateChanged(at=1, upstream="u", is_up=False, reason="refused")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (TOLD, ("▸", "logins", "t", "plain")),
        (replace(TOLD, is_ok=False), ("▸", "logins", "t", "warn")),
        (replace(TOLD, is_verdict=True), ("✔", "logins: t", "", "good")),
        (replace(TOLD, is_verdict=True, is_ok=False), ("✘", "logins: t", "", "bad")),
        (AWAY, ("○", "the store is away", "locked", "bad")),
        (replace(AWAY, is_up=True), ("●", "the store is back", "s", "good")),
        (replace(AWAY, watched_by="LISTEN"), ("◎", "watching the store", "by LISTEN", "dim")),
        (
            replace(AWAY, watched_by="LISTEN", commands=2.04),
            ("◎", "watching the store", "by LISTEN; about 2.0 commands a second", "dim"),
        ),
        (RUN, ("»", "you: refresh tokens", "m", "accent")),
        (replace(RUN, is_ok=False), ("»", "you: refresh tokens", "m", "bad")),
        (
            ClockMoved(at=1, by=-60, offset=0),
            ("◷", "time travel -00:01:00", "offset 00:00:00", "accent"),
        ),
        (DOWN, ("○", "the app is away", "refused", "bad")),
        (replace(DOWN, is_unusable=True), ("○", "the app cannot be used", "refused", "bad")),
        (replace(DOWN, is_up=True, reason=""), ("●", "the app answers", "u", "good")),
        (
            replace(DOWN, is_up=True, reason="it takes connections again"),
            ("●", "the app is back", "it takes connections again", "good"),
        ),
        (
            AppAddressSeen(at=1, base_url="http://localhost:4000"),
            (
                "⌂",
                "logins return to http://localhost:4000",
                "log in there, as b does",
                "warn",
            ),
        ),
        (replace(DOWN, is_up=True), ("●", "the app answers", "u", "good")),
        (
            ExchangesSkipped(at=1, count=3),
            ("⚠", "3 requests not shown", "too many at once; all were relayed", "warn"),
        ),
        (
            WatchFailed(at=1, task="traffic", reason="ValueError at x.py:1 (y)", count=2),
            ("⚠", "watching failed: traffic", "ValueError at x.py:1 (y); it goes on", "bad"),
        ),
    ],
)
def test_each_has_its_mark_words_and_tone(event: ServerEvent, line: Line) -> None:
    assert server_line(event) == line


@pytest.mark.parametrize(
    ("upstream", "tenant", "title"),
    [
        ("", "", "the lab is running"),
        ("http://app", "", "attached"),
        (NO_PROXY, "", "attached"),
        ("", "http://app", "a tenant for http://app"),
    ],
)
def test_a_start_says_what_began(upstream: str, tenant: str, title: str) -> None:
    event = replace(server(1), upstream=upstream, tenant=tenant)
    assert server_line(event)[1] == title


def test_commands_are_spelled_in_words() -> None:
    assert spell_command("RevokeAtProvider") == "revoke at provider"

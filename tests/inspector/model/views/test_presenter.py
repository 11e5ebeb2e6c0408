"""Who is behind a request to the provider: told by the app, guessed when there is one, else not."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.login import TokenMinted, TokenRefused
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.boards.tokens import token_fields
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.presenter import find_presenter


def app(exchange: str, client: str = "lab:alice", path: str = "/profile?x=1") -> ExchangeStarted:
    return ExchangeStarted(
        at=1, cause=exchange, exchange=exchange, method="GET", path=path, client=client
    )


def provider(exchange: str, within: str = "", client: str = "httpx") -> ExchangeStarted:
    return ExchangeStarted(
        at=1,
        cause=exchange,
        exchange=exchange,
        method="POST",
        path="/oauth/token",
        client=client,
        party="provider",
        within=within,
    )


def ended(exchange: str) -> ExchangeEnded:
    return ExchangeEnded(at=2, cause=exchange, exchange=exchange, status=200, duration=0.1)


def after(*events: Event) -> State:
    return fold(State(), events)


@pytest.mark.parametrize(
    ("events", "text"),
    [
        (
            [app("a"), provider("p", "a")],
            "alice's browser · GET /profile (a) · via the app's server",
        ),
        (
            [app("a", "Firefox"), provider("p", client="node")],
            "probably Firefox · GET /profile (a) · via the app's server (node)",
        ),
        ([provider("p")], "the app's server (p)"),
        ([provider("p", "gone")], "the app's server (p)"),
        ([provider("p", client="curl")], "curl itself (p)"),
        ([], "p"),
    ],
)
def test_it_is_told_in_words(events: list[Event], text: str) -> None:
    assert find_presenter(after(*events), "p").text == text


FIRST = Secret.of("one").digest


SECOND = Secret.of("two").digest


def minted(text: str, cause: str, parent: str = "") -> TokenMinted:
    return TokenMinted(
        at=1, cause=cause, token="refresh", value=Secret.of(text), sub="u", sid="s", parent=parent
    )


def shown(*events: Event) -> dict[str, tuple[str, str, str]]:
    """The lines of presentations: value to (value, tone, explanation)."""
    lines = [f for f in token_fields(after(*events), 5) if "↳ " in [text for text, _ in f.lead]]
    return {line.value.partition(" ")[0]: (line.value, line.tone, line.explain) for line in lines}


LOGIN: list[Event] = [app("l"), provider("p1", "l"), minted("one", "p1"), ended("l")]


def test_the_owners_browser_is_named_and_calm() -> None:
    refresh: list[Event] = [app("r"), provider("p2", "r"), minted("two", "p2", FIRST)]
    value, tone, _ = shown(*LOGIN, *refresh)["exchanged"]
    who = "alice's browser · GET /profile (r) · via the app's server"
    assert value == f"exchanged for #{SECOND[:6]} by {who}"
    assert tone == "dim"


def test_a_stolen_cookies_refresh_shows_as_another_browser() -> None:
    thief: list[Event] = [app("t", "lab:thief"), provider("p2", "t"), minted("two", "p2", FIRST)]
    late = TokenRefused(
        at=3, cause="p3", token="refresh", digest=FIRST, code="refresh_reused", reason="r"
    )
    lines = shown(*LOGIN, *thief, app("r"), provider("p3", "r"), late)
    value, tone, explain = lines["exchanged"]
    assert "ANOTHER BROWSER: thief's browser · GET /profile (t)" in value
    assert tone == "warn"
    assert "Alice's browser logged in, and another browser presented this token" in explain
    value, tone, explain = lines["refused:"]
    assert value.endswith("alice's browser · GET /profile (r) · via the app's server")
    assert "ANOTHER" not in value
    assert tone == "bad"


def test_whose_browser_is_unknown_accuses_nobody() -> None:
    unknown: list[Event] = [provider("p2"), minted("two", "p2", FIRST)]
    assert "ANOTHER" not in shown(*LOGIN, *unknown)["exchanged"][0]

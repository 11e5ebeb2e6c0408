"""After a session nothing of it should live on; clocks that disagree are sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import COOKIES_BESIDE, CookieSeen
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.events.login import (
    LoginStarted,
    LoginSucceeded,
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRevoked,
)
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.selectors.cookie import cookie_states
from tests.inspector.sample import NOW, cookie, login, server, started, swept, written

SENT_EMPTY = (CookieSeen(name="__session", size=0),)
HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]


def lamps(*events: Event) -> dict[str, tuple[str, str]]:
    state = fold(State(), [*HERE, *events])
    return {lamp.name: (lamp.how, lamp.tone) for lamp in lamps_of(state, "alice", NOW)}


def test_a_live_session_has_four_lamps() -> None:
    alive = ("● alive", "good")
    assert lamps() == dict.fromkeys(
        ("cookie", "store row", "refresh token", "provider session"), alive
    )


def test_after_a_whole_logout_all_are_dead() -> None:
    digest = Secret.of("v1.sid-alice").digest
    found = lamps(
        SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"),
        swept("alice", NOW, "x2", "__session"),
        TokenRevoked(at=NOW, cause="x2", token="refresh", digest=digest),
        ProviderSessionEnded(at=NOW, sub="local|alice", sid="sid-alice"),
    )
    assert set(found.values()) == {("○ dead", "dim")}, "not in the green of what lives"


def test_an_emptied_cookie_is_dead_though_browsers_send_its_name() -> None:
    line = cookie("alice", NOW, "x2", size=0)
    request = started("x3", NOW, "/", "lab:alice")
    assert isinstance(line, CookieSet)
    assert isinstance(request, ExchangeStarted)
    emptied = replace(line, max_age=None)
    sent = replace(request, cookies=SENT_EMPTY)
    found = lamps(
        SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"), emptied, sent
    )
    assert found["cookie"] == ("○ dead", "dim")


@pytest.mark.parametrize(("is_emptied", "how"), [(True, "○ dead"), (False, "● alive")])
def test_a_cookie_that_holds_no_session_any_more_is_dead_whatever_its_length(
    is_emptied: bool, how: str
) -> None:
    """`jwt=loggedout; Max-Age=10`; the near miss: a session of nine letters."""
    line = cookie("alice", NOW, "x2", size=9)
    assert isinstance(line, CookieSet)
    assert lamps(replace(line, max_age=10, is_emptied=is_emptied))["cookie"][0] == how


def test_the_first_line_of_a_cookie_may_empty_it() -> None:
    line = cookie("alice", NOW, "x2", "other", size=9)
    assert isinstance(line, CookieSet)
    state = fold(State(), [*HERE, replace(line, is_emptied=True)])
    facts = cookie_states(state, state.sessions["alice"], NOW)
    assert {one.line.name: one.fact.is_alive for one in facts}["other"] is False


def test_what_outlives_a_logout_is_red() -> None:
    found = lamps(SessionDestroyed(at=NOW, cause="x2", session="alice", reason="logout"))
    assert found["store row"] == ("○ dead", "dim")
    assert {name for name, (_, tone) in found.items() if tone == "bad"} == {
        "cookie",
        "refresh token",
        "provider session",
    }


def of_login(*events: Event) -> dict[str, tuple[str, str, str]]:
    """Return the lamps of a session that holds no tokens, and whose login was seen."""
    made = written("a row", NOW, "x8")
    made = replace(made, facts=replace(made.facts, sid="", data={"userId": "7"}))
    minted = TokenMinted(
        at=NOW,
        token="refresh",
        value=Secret.of("v1.first"),
        sub="local|zoe",
        sid="sid-zoe",
        expires=NOW + 600,
        login="l8",
    )
    seen: list[Event] = [
        server(NOW),
        LoginStarted(at=NOW, cause="x7", login="l8", transaction_cookie=""),
        ProviderSessionStarted(at=NOW, sub="local|zoe", sid="sid-zoe", expires=NOW + 900),
        minted,
        made,
        LoginSucceeded(at=NOW, cause="x8", session="a row", login="l8", sub="7"),
    ]
    state = fold(State(), [*seen, *events])
    rows = lamps_of(state, "a row", NOW)
    return {lamp.name: (lamp.how, lamp.origin, lamp.evidence) for lamp in rows}


def test_what_the_login_got_counts_where_the_session_holds_no_token() -> None:
    found = of_login()
    how, origin, evidence = found["refresh token"]
    assert (how, origin) == ("● alive", "told")
    assert "of its login: the session itself holds none" in evidence
    assert found["provider session"][0] == "● alive"


def test_the_newest_token_of_that_login_s_family_is_the_one_that_counts() -> None:
    first = Secret.of("v1.first")
    second = TokenMinted(
        at=NOW + 1,
        token="refresh",
        value=Secret.of("v1.second"),
        sub="local|zoe",
        sid="sid-zoe",
        expires=NOW + 600,
        parent=first.digest,
        login="l8",
    )
    assert of_login(second)["refresh token"][0] == "● alive"
    gone = TokenRevoked(at=NOW, cause="x9", token="refresh", digest=second.value.digest)
    assert of_login(second, gone)["refresh token"][0] == "○ dead"
    ended = ProviderSessionEnded(at=NOW, sub="local|zoe", sid="sid-zoe")
    assert of_login(ended)["provider session"][0] == "○ dead"


def test_nobody_has_no_lamps() -> None:
    assert lamps_of(State(), "nobody", NOW) == ()


def test_a_cookie_beside_the_session_s_may_be_its_refresh_token() -> None:
    made = written("a row", NOW, "x8")
    beside: dict[str, Shown] = {COOKIES_BESIDE: {"app_refresh": "POST /login"}}
    made = replace(made, facts=replace(made.facts, sid="", data=beside))
    state = fold(State(), [server(NOW), made])
    (lamp,) = [one for one in lamps_of(state, "a row", NOW) if one.name == "refresh token"]
    assert (lamp.how, lamp.origin) == ("○ not known: perhaps in app_refresh", "seen")


def test_a_visitor_s_cookie_is_no_place_for_a_refresh_token_nor_said_to_be_unopened() -> None:
    beside: dict[str, Shown] = {COOKIES_BESIDE: {"visitor": "GET /"}}
    made = written("a", NOW, "x8")
    facts = replace(made.facts, kind="unknown", sub="", sid="", data=beside)
    app = replace(server(NOW), upstream="http://localhost:3000")
    state = fold(State(), [app, replace(made, facts=facts)])
    learned = {one.name: one.how for one in lamps_of(state, "a", NOW)}
    assert learned["refresh token"] == "○ not known: perhaps in visitor", "somebody may be in it"
    assert learned["store row"] == "○ not known: its cookie is of no known format"
    nobodys = replace(made, facts=replace(facts, visitor="visitors get it too"))
    state = fold(State(), [app, nobodys])
    found = {one.name: one.how for one in lamps_of(state, "a", NOW)}
    assert found["refresh token"] == "○ none: nobody is logged in"
    unopened = replace(facts, unverified="no secret was given")
    state = fold(State(), [app, replace(made, facts=unopened)])
    found = {one.name: one.how for one in lamps_of(state, "a", NOW)}
    assert found["store row"] == "○ not known: its cookie is not opened"

"""Does the cookie, the row, the refresh token, the provider session live?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.login import TokenMinted, TokenRevoked
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.rows import Life
from session_inspector.inspector.model.facts.state import Ended, State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.liveness import (
    is_cookie_alive,
    is_provider_session_alive,
    is_refresh_token_alive,
    is_row_kept,
)
from tests.inspector.sample import NOW, cookie, login, swept

HELD = Secret.of("v1.sid-a")


def state(*events: Event) -> State:
    return fold(State(), [*login("a", NOW, 1, "lab:a"), *events])


def is_token_alive(now: float, *events: Event) -> bool:
    found = state(*events)
    return is_refresh_token_alive(found, found.sessions["a"], now)


def test_a_cookie_lives_until_the_exact_second_of_its_end() -> None:
    rows = cookie_rows(state(), "a")
    assert [is_cookie_alive(rows, NOW + left) for left in (86_399, 86_400)] == [True, False]


def test_a_deleted_cookie_is_dead_and_one_without_an_end_lives() -> None:
    gone = state(swept("a", NOW, "x2", "__session"))
    assert not is_cookie_alive(cookie_rows(gone, "a"), NOW)
    event = cookie("a", NOW, "x2")
    assert isinstance(event, CookieSet)
    endless = state(replace(event, max_age=None))
    assert is_cookie_alive(cookie_rows(endless, "a"), NOW + 1e9)
    assert not is_cookie_alive((), NOW)


@pytest.mark.parametrize(
    ("life", "is_kept"), [("expired", True), ("revoked", False), ("gone", False)]
)
def test_a_clock_deletes_no_row(life: Life, is_kept: bool) -> None:
    known = state().sessions["a"]
    assert is_row_kept(known)
    assert is_row_kept(replace(known, ended=Ended(life=life, at=NOW, reason="r"))) == is_kept


def test_the_refresh_token_that_the_session_holds_counts() -> None:
    ends = NOW + 2_592_000
    assert [is_token_alive(now) for now in (NOW, ends - 1, ends)] == [True, True, False]
    assert not is_token_alive(NOW, TokenRevoked(at=NOW, token="refresh", digest=HELD.digest))
    newer = TokenMinted(
        at=NOW,
        token="refresh",
        value=Secret.of("n"),
        sub="u",
        sid="sid-a",
        parent=HELD.digest,
    )
    assert is_token_alive(NOW, newer), "an exchanged one has a grace period"


def test_a_session_without_a_refresh_token_has_none_alive() -> None:
    found = state()
    known = found.sessions["a"]
    for data in ({}, {"tokenSet": "text"}, {"tokenSet": {"refreshToken": "in clear"}}):
        facts = replace(known.facts, data=data)  # type: ignore[arg-type]  # any tree
        assert not is_refresh_token_alive(found, replace(known, facts=facts), NOW)


def test_a_provider_session_lives_until_its_end() -> None:
    found = state()
    known = found.sessions["a"]
    ends = NOW + 259_200
    lives = [is_provider_session_alive(found, known, now) for now in (ends - 1, ends)]
    assert lives == [True, False]
    assert not is_provider_session_alive(State(), known, NOW)

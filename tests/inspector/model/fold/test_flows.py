"""A login is followed from its start to the session, or to the step that failed."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.login import LoginFailed, LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.flows import Flow, Flows
from tests.inspector.model.events import ended, minted, started, state_of

BEGAN = LoginStarted(at=1, cause="x1", login="L", transaction_cookie="__txn_a", return_to="/x")
CALLBACK = started("x5", "/auth/callback?code=•••")
BEGUN = Flow(login="L", client="lab:a", started=1, return_to="/x", cookie="__txn_a")


def flows(*events: Event) -> Flows:
    return state_of(*events).flows


def flow(*events: Event) -> Flow:
    return flows(started("x1"), BEGAN, *events).by_login["L"]


def test_a_login_begins_with_what_its_event_says() -> None:
    assert flow() == BEGUN


def test_the_transaction_cookie_is_the_one_of_its_exchange() -> None:
    cookie = CookieSet(
        at=1,
        cause="x1",
        exchange="x1",
        name="__txn_a",
        value=Secret.of("v"),
        size=9,
        line_size=20,
    )
    assert flow(cookie) == replace(BEGUN, stored=cookie)
    assert flow(replace(cookie, is_deletion=True)) == BEGUN
    assert flow(replace(cookie, name="__session")) == BEGUN


def test_the_redirect_to_the_provider_is_kept() -> None:
    url = "http://op/authorize?state=•••"
    assert flow(ended("x1", url)) == replace(BEGUN, authorize=url)
    assert flow(ended("x1", "/elsewhere")) == BEGUN


def test_the_provider_s_page_and_the_callback_belong_to_the_newest_login_of_a_client() -> None:
    page = started("x3", "/authorize?state=•••", party="provider")
    assert flow(page, CALLBACK) == replace(BEGUN, at_provider=True, callback=CALLBACK)
    other = started("x4", "/auth/callback", client="Chrome")
    assert flow(other) == BEGUN


def test_tokens_without_a_parent_belong_to_the_callback_under_way() -> None:
    assert flow(CALLBACK, minted("one")).tokens == ("refresh",)
    assert flow(CALLBACK, minted("one", "parent")).tokens == ()
    assert flow(CALLBACK, ended("x5"), minted("one")).tokens == ()


def test_tokens_that_name_their_login_are_of_that_one_whatever_callback_is_under_way() -> None:
    mine = replace(minted("one"), login="L")
    expected = replace(BEGUN, tokens=("refresh",), sid="p", refresh=mine.value.digest)
    assert flow(mine) == expected
    other = started("x4", "/auth/callback", client="Chrome")
    assert flow(other, replace(mine, token="id")) == replace(BEGUN, tokens=("id",), sid="p")
    assert flow(CALLBACK, replace(mine, login="unknown")).refresh == ""


def test_a_session_has_the_login_that_made_it() -> None:
    done = LoginSucceeded(at=2, cause="x5", session="s", login="L", sub="u")
    assert flows(started("x1"), BEGAN, done).by_session["s"] == "L"
    assert not flows(started("x1"), BEGAN, replace(done, session="")).by_session


def test_a_login_succeeds_or_fails_with_the_step() -> None:
    done = LoginSucceeded(at=2, cause="x5", login="L", sub="u")
    assert flow(done) == replace(BEGUN, outcome="logged in", ended=2)
    failed = LoginFailed(at=2, cause="x5", login="L", step="state", code="c", reason="why")
    expected = replace(BEGUN, outcome="failed", ended=2, failed_step="state", reason="why")
    assert flow(failed) == expected


def test_a_callback_of_no_known_login_is_a_login_of_its_own() -> None:
    failed = LoginFailed(at=2, cause="x5", login="", step="state", code="c", reason="why")
    found = flows(CALLBACK, failed)
    assert list(found.order) == ["callback x5"]
    assert found.by_login["callback x5"].callback == CALLBACK
    assert list(flows(failed).order) == [], "not even its callback was seen"


def test_nothing_is_kept_of_exchanges_that_are_over() -> None:
    found = flows(started("x1"), BEGAN, ended("x1"), CALLBACK, ended("x5"))
    assert (len(found.clients), len(found.callbacks), len(found.by_exchange)) == (0, 0, 0)

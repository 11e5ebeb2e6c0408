"""Why a session is over, as a sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from session_inspector.devserver.core.events.base import (
    EndReason,
    SessionFacts,
    SessionKind,
    TimerName,
)
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionRefused,
    SessionVanished,
    SessionWritten,
)
from session_inspector.inspector.model.facts.state import Ended, LabState
from session_inspector.inspector.model.fold.endings import (
    describe_end,
    describe_expiry,
    describe_refusal,
    describe_replacement,
)

LAB = LabState(inactivity=3600, absolute=86_400)


@pytest.mark.parametrize("reason", get_args(EndReason))
def test_every_reason_of_an_end_is_a_sentence(reason: EndReason) -> None:
    ended = describe_end(SessionDestroyed(at=5, session="a", reason=reason), is_ours=True)
    assert (ended.at, bool(ended.reason), ended.life != "live") == (5, True, True)


def test_the_details_of_an_event_are_its_reason() -> None:
    event = SessionDestroyed(at=5, session="a", reason="revoked", detail="an administrator did")
    ended = Ended(life="revoked", at=5, reason="an administrator did", origin="told")
    assert describe_end(event, is_ours=False) == ended


def test_of_an_app_s_logout_only_the_deleted_cookie_was_seen() -> None:
    event = SessionDestroyed(at=5, session="a", reason="logout")
    found = [describe_end(event, is_ours=is_ours).origin for is_ours in (True, False)]
    assert found == ["told", "seen"]


def test_a_vanished_row_is_gone() -> None:
    event = SessionVanished(at=5, session="a", reason="deleted by another process")
    ended = Ended(life="gone", at=5, reason="deleted by another process", origin="read")
    assert describe_end(event, is_ours=True) == ended


def test_a_refusal_is_an_end_only_when_its_code_names_one() -> None:
    refused = SessionRefused(at=5, session="a", code="absolute", reason="too old")
    ended = Ended(life="expired", at=5, reason="too old", is_by_clock=True)
    assert describe_refusal(refused, is_run_out=False, is_ours=True) == ended
    damaged = SessionRefused(at=5, session="a", code="damaged", reason="no seal")
    assert describe_refusal(damaged, is_run_out=False, is_ours=False) is None
    ours = describe_refusal(damaged, is_run_out=False, is_ours=True)
    assert ours == Ended(life="refused", at=5, reason="no seal, at 00:00:05.000")


@pytest.mark.parametrize(("is_run_out", "life"), [(True, "expired"), (False, "gone")])
def test_a_row_that_is_not_found_has_expired_when_its_end_has_passed(
    is_run_out: bool, life: str
) -> None:
    refused = SessionRefused(at=5, session="a", code="gone", reason="the store has none")
    found = describe_refusal(refused, is_run_out=is_run_out, is_ours=True)
    assert found is not None
    assert (found.life, found.is_by_clock) == (life, is_run_out)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("inactivity", "inactivity: no request for 1 h"),
        ("absolute", "absolute: 1 d after login, whatever the user did"),
        ("ceiling", "ceiling: the provider's own limit was reached (session_expiry)"),
        ("store", "store: its row has expired"),
        ("access_token", "access token: it has expired"),
    ],
)
def test_a_clock_that_ran_out_is_named_with_its_rule(name: TimerName, sentence: str) -> None:
    assert describe_expiry(name, LAB, is_forced=False) == sentence


def test_a_clock_that_was_forced_says_so() -> None:
    sentence = describe_expiry("access_token", LAB, is_forced=True)
    assert sentence == "the access token clock was expired by hand"


def test_what_took_a_session_s_place_is_a_login_only_where_somebody_is_in_it() -> None:
    def describe(kind: SessionKind, sub: str = "", layout: str = "", login: str = "") -> str:
        facts = SessionFacts(kind=kind, sub=sub, layout=layout, login=login)
        return describe_replacement(SessionWritten(at=1, session="b", reason="login", facts=facts))

    assert describe("stateful", "bob") == "a new login took its place"
    assert "nobody is logged in" in describe("stateless")
    assert describe("stateless", login="x4") == "a new login took its place", "of a signed text"
    assert describe("stateful", login="x4").endswith("not known"), "a form may answer 200 as well"
    assert "nobody is logged in" in describe("stateful", layout="connect-redis")
    assert describe("stateful").endswith("not known"), "its row was not read"
    assert describe("unknown").endswith("not known")


def test_a_row_whose_id_was_drawn_anew_goes_on_under_the_new_one() -> None:
    facts = SessionFacts(kind="stateful", sub="bob")
    event = SessionWritten(at=1, session="b", reason="rotate", facts=facts, previous="a")
    assert describe_replacement(event) == "its id was drawn anew: it goes on as b"

"""Why a session is over, as a sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from session_inspector.devserver.core.events.base import EndReason, TimerName
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionRefused,
    SessionVanished,
)
from session_inspector.inspector.model.facts.state import Ended, LabState
from session_inspector.inspector.model.fold.endings import (
    describe_end,
    describe_expiry,
    describe_refusal,
)

LAB = LabState(inactivity=3600, absolute=86_400)


@pytest.mark.parametrize("reason", get_args(EndReason))
def test_every_reason_of_an_end_is_a_sentence(reason: EndReason) -> None:
    ended = describe_end(SessionDestroyed(at=5, session="a", reason=reason))
    assert (ended.at, bool(ended.reason), ended.life != "live") == (5, True, True)


def test_the_details_of_an_event_are_its_reason() -> None:
    event = SessionDestroyed(at=5, session="a", reason="revoked", detail="an administrator did")
    assert describe_end(event) == Ended(life="revoked", at=5, reason="an administrator did")


def test_a_vanished_row_is_gone() -> None:
    event = SessionVanished(at=5, session="a", reason="deleted by another process")
    assert describe_end(event) == Ended(life="gone", at=5, reason="deleted by another process")


def test_a_refusal_is_an_end_only_when_its_code_names_one() -> None:
    refused = SessionRefused(at=5, session="a", code="absolute", reason="too old")
    assert describe_refusal(refused) == Ended(life="expired", at=5, reason="too old")
    damaged = SessionRefused(at=5, session="a", code="damaged", reason="no seal")
    assert describe_refusal(damaged) is None


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

"""Device codes: two names for one login, answered once, exchanged once."""

from __future__ import annotations

import re

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.provider.flows.device_codes import (
    INTERVAL,
    LIFETIME,
    DeviceCode,
    DeviceCodes,
)
from session_inspector.devserver.provider.token_reports import TokenReports
from session_inspector.devserver.provider.tokens import Subject

ALICE = Subject(sub="local|alice", claims={}, sid="s", auth_time=1)


class Codes:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.events: list[Event] = []
        report = TokenReports(self.clock, self.events.append)
        self.codes = DeviceCodes(self.clock, self.events.append, report)

    def issue(self) -> DeviceCode:
        return self.codes.issue("tv", "openid", "https://api.test")


def test_a_user_code_is_found_as_people_type_it() -> None:
    found = Codes()
    code = found.issue()
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", code.user_code)
    for typed in (code.user_code, code.user_code.lower(), code.user_code.replace("-", " ")):
        assert found.codes.find_by_user_code(typed) is code
    assert found.codes.find_by_user_code("") is None
    assert found.codes.find_by_user_code(code.user_code[:-1]) is None


@pytest.mark.parametrize("is_allowed", [True, False])
def test_an_answered_code_waits_for_nobody_else(is_allowed: bool) -> None:
    found = Codes()
    code = found.issue()
    found.codes.answer(code, ALICE, is_allowed=is_allowed)
    assert found.codes.find_by_user_code(code.user_code) is None
    assert code.is_refused is not is_allowed
    if is_allowed:
        assert code.subject is not None
        assert code.subject.audience == "https://api.test"


def test_a_code_ends_at_the_exact_second() -> None:
    found = Codes()
    code = found.issue()
    found.clock.advance(LIFETIME - 1)
    assert found.codes.find_by_user_code(code.user_code) is code
    assert not code.is_expired()
    found.clock.advance(1)
    assert found.codes.find_by_user_code(code.user_code) is None
    assert found.codes.find(code.device_code) is code
    assert code.is_expired()
    found.clock.advance(LIFETIME)
    found.issue()
    assert found.codes.find(code.device_code) is None


def test_each_early_poll_makes_the_interval_longer() -> None:
    found = Codes()
    code = found.issue()
    assert not found.codes.is_too_soon(code)
    found.clock.advance(INTERVAL)
    assert not found.codes.is_too_soon(code)
    found.clock.advance(INTERVAL - 1)
    assert found.codes.is_too_soon(code)
    found.clock.advance(INTERVAL)
    assert found.codes.is_too_soon(code)
    found.clock.advance(3 * INTERVAL)
    assert not found.codes.is_too_soon(code)

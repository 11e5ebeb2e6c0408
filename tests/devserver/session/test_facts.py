"""What an event holds of a session: its name, and a clock for each of its ends."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.values import JsonObject, fingerprint
from session_inspector.devserver.session.facts import session_facts, session_fingerprint
from session_inspector.devserver.session.policy import Policy
from tests.devserver.session.session_scene import NOW, session_of

POLICY = Policy(inactivity=100, absolute=300)


def test_a_stateful_session_is_named_by_its_key_and_a_stateless_one_by_its_login() -> None:
    assert session_fingerprint("stateful", session_of(), "k") == fingerprint("k")
    name = session_fingerprint("stateless", session_of(), "")
    assert name == fingerprint(f"s|{NOW}")
    assert name != session_fingerprint("stateless", session_of(created_at=NOW + 1), "")


def test_without_a_sid_the_subject_names_a_stateless_session() -> None:
    data: JsonObject = {"user": {"sub": "u"}, "internal": {"createdAt": NOW}}
    assert session_fingerprint("stateless", data, "") == fingerprint(f"u|{NOW}")


def test_a_stateless_session_has_the_clocks_of_cookie_policy_and_token() -> None:
    facts = session_facts("stateless", session_of(), POLICY, NOW)
    assert facts.timers == (
        Timer(name="cookie", ends=NOW + 100, ends_session=True),
        Timer(name="sealed", ends=NOW + 100, ends_session=True),
        Timer(name="inactivity", ends=NOW + 100, ends_session=True),
        Timer(name="absolute", ends=NOW + 300, ends_session=True),
        Timer(name="access_token", ends=NOW + 3600),
    )
    assert (facts.kind, facts.sub, facts.sid, facts.created_at) == ("stateless", "u", "s", NOW)
    assert facts.key is None


@pytest.mark.parametrize(("stored_until", "ends"), [(None, NOW + 100), (NOW + 7, NOW + 7)])
def test_a_stateful_session_has_the_row_s_own_end_where_it_is_known(
    stored_until: int | None, ends: int
) -> None:
    facts = session_facts("stateful", session_of(), POLICY, NOW, key="k", stored_until=stored_until)
    assert Timer(name="store", ends=ends, ends_session=True) in facts.timers
    assert facts.key is not None


def test_a_transient_cookie_has_no_end_and_ends_no_session() -> None:
    facts = session_facts("stateless", session_of(), POLICY, NOW, is_transient=True)
    assert facts.timers[0] == Timer(name="cookie", ends=None, ends_session=False)


def test_without_rolling_the_absolute_duration_starts_at_the_write() -> None:
    policy = Policy(rolling=False, absolute=300)
    facts = session_facts("stateless", session_of(created_at=NOW - 1000), policy, NOW)
    timers = {timer.name: timer.ends for timer in facts.timers}
    assert timers["absolute"] == NOW + 300
    assert "inactivity" not in timers


def test_the_ceiling_of_the_provider_is_a_clock_too() -> None:
    data: JsonObject = {"internal": {"createdAt": NOW, "sessionExpiresAt": NOW + 50}}
    facts = session_facts("stateless", data, POLICY, NOW)
    assert facts.timers[-1] == Timer(name="ceiling", ends=NOW + 50, ends_session=True)

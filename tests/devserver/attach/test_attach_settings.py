"""What an attachment says of its app: only what is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.attach.attach_settings import (
    read_pace,
    tell_policy,
)
from session_inspector.devserver.core.wire import event_from_json, event_to_json
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.watching.pace import GENTLE, USUAL
from tests.inspector.sample import server

UNKNOWN = replace(server(), rolling=None, inactivity=None, absolute=None)


def test_the_default_policy_is_told_of_no_app() -> None:
    told = tell_policy(UNKNOWN, Policy())
    assert told == UNKNOWN
    assert event_from_json(event_to_json(told)) == UNKNOWN


@pytest.mark.parametrize("policy", [Policy(inactivity=60.0), Policy(rolling=False)])
def test_a_policy_of_the_configuration_is_told(policy: Policy) -> None:
    told = tell_policy(UNKNOWN, policy)
    assert (told.rolling, told.inactivity, told.absolute) == (
        policy.rolling,
        policy.inactivity,
        policy.absolute,
    )


def test_a_shared_store_is_watched_gently_by_flag_environment_or_file(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert read_pace({}, home) is USUAL
    assert read_pace({"gentle": True}, home) is GENTLE
    assert read_pace({}, {**home, "SESSION_INSPECTOR_GENTLE": "1"}) is GENTLE
    file = tmp_path / "own.toml"
    file.write_text("[attach]\ngentle = true\n")
    assert read_pace({"config": str(file)}, home) is GENTLE
    assert read_pace({"config": str(file)}, {**home, "SESSION_INSPECTOR_GENTLE": "0"}) is USUAL

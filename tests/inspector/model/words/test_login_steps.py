"""Steps of a login have words; those of tomorrow are at least readable."""

from __future__ import annotations

from typing import get_args

from session_inspector.devserver.core.events.login import LoginStep
from session_inspector.inspector.model.words.login_steps import NAMES, name_step


def test_every_step_that_can_fail_has_words() -> None:
    assert set(NAMES) == set(get_args(LoginStep))
    assert name_step("id_token") == "the check of the ID token"


def test_an_unknown_step_is_spelled_without_underscores() -> None:
    assert name_step("second_factor") == "second factor"

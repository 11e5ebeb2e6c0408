"""A provider that is away and one that refuses are two failures."""

from __future__ import annotations

from session_inspector.devserver.client.tokens.failures import (
    MESSAGES,
    AccessTokenError,
    name_failure,
)
from session_inspector.devserver.core.errors import OAuthError


def test_a_provider_that_was_not_reached_has_its_own_code() -> None:
    away = OAuthError("it did not answer", code="discovery_error")
    assert name_failure(away, "failed_to_refresh_token") == "discovery_error"
    refused = OAuthError("it is over", code="invalid_grant")
    assert name_failure(refused, "failed_to_refresh_token") == "failed_to_refresh_token"


def test_each_code_has_the_sdk_s_words_unless_others_are_given() -> None:
    error = AccessTokenError("discovery_error", "it did not answer")
    assert (error.message, error.cause) == (
        MESSAGES["discovery_error"],
        "it did not answer",
    )
    assert AccessTokenError("missing_session", message="Nobody.").message == "Nobody."

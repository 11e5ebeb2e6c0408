"""Why a session was written, by what changed in it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.outcomes.write_reasons import write_reason
from session_inspector.devserver.core.values import JsonObject


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"user": {}, "exp": 1, "iat": 1}, {"user": {}, "exp": 2, "iat": 2}, "roll"),
        ({"user": {}, "tokenSet": {"a": 1}}, {"user": {}, "tokenSet": {"a": 2}}, "refresh"),
        ({"user": {}, "tokenSet": {"a": 1}}, {"cart": 1, "tokenSet": {"a": 2}}, "update"),
        ({"a": 1, "access_token": "x"}, {"a": 1, "access_token": "y", "expires_at": 9}, "refresh"),
        (
            {"refresh_token": "x", "expires_at": 5},
            {"refresh_token": "y", "expires_at": 9},
            "refresh",
        ),
        (
            {"token_sets": [{"access_token": "x"}]},
            {"token_sets": [{"access_token": "y"}]},
            "refresh",
        ),
        ({"passport": {"accessToken": "x"}}, {"passport": {"accessToken": "y"}}, "refresh"),
        ({"passport": {"accessToken": "x"}}, {"passport": {"accessToken": "y", "z": 1}}, "update"),
        ({"user": {}}, {"user": {}, "cart": None}, "roll"),
        ({"user": {}, "cart": 1}, {"user": {}}, "update"),
    ],
)
def test_a_write_has_the_reason_of_what_changed(
    before: JsonObject, after: JsonObject, reason: str
) -> None:
    assert write_reason(before, after) == reason

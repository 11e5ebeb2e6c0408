"""What is called unopened, and what can be read without being verified."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.visitors.unverified import (
    UNMATCHED_LACK,
    describe_lack,
    is_unmatched,
    name_format,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded


def found(problem: str, payload: JsonObject) -> Decoded:
    return Decoded(
        format="cookie-session (not opened)",
        family="cookie-session",
        cookies=("session",),
        payload=payload,
        problem=problem,
        reason="why",
    )


@pytest.mark.parametrize(
    ("problem", "payload", "name", "lack"),
    [
        (
            "wrong_secret",
            {"user": "alice"},
            "cookie-session (signature does not match)",
            UNMATCHED_LACK,
        ),
        ("wrong_secret", {}, "cookie-session (not opened)", "why"),
        ("no_secret", {"user": "alice"}, "cookie-session (not opened)", "why"),
        ("", {"user": "alice"}, "cookie-session (not opened)", ""),
    ],
    ids=["read, and signed by another", "nothing read", "no secret", "good"],
)
def test_only_what_was_read_has_a_signature_that_does_not_match(
    problem: str, payload: JsonObject, name: str, lack: str
) -> None:
    cookie = found(problem, payload)
    assert is_unmatched(cookie) is (lack == UNMATCHED_LACK)
    assert (name_format(cookie), describe_lack(cookie)) == (name, lack)

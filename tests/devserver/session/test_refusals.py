"""Each way a sealed cookie fails has a reason of its own."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Refused
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.refusals import refuse_expired, refuse_sealed

LONG = Policy(inactivity=90, absolute=7200)


def test_a_code_without_a_sentence_keeps_the_error_s_own() -> None:
    found = refuse_sealed(SealError("odd", code="ERR_ODD"), LONG, key="k")
    assert found == Refused(code="ERR_ODD", reason="odd", key="k")


def test_the_detail_of_the_error_is_in_the_sentence() -> None:
    found = refuse_sealed(SealError("no parts", code="ERR_JWE_INVALID"), LONG)
    assert found.reason == "it is no sealed cookie: no parts"


@pytest.mark.parametrize(
    ("exp", "code", "reason"),
    [
        (7200, "absolute", "the absolute clock ran out: 2 h after login"),
        (7199, "absolute", "the absolute clock ran out: 2 h after login"),
        (7198, "inactivity", "the inactivity clock ran out: 90 s without a request"),
    ],
)
def test_an_expired_session_names_the_clock_that_set_its_end(
    exp: int, code: str, reason: str
) -> None:
    payload: JsonObject = {"exp": exp, "internal": {"createdAt": 0}}
    error = SealError("over", code="ERR_JWT_EXPIRED", payload=payload)
    expected = Refused(code=code, reason=reason, data=payload, key="k")
    assert refuse_sealed(error, LONG, key="k") == expected
    assert refuse_expired(LONG, payload, "k") == expected

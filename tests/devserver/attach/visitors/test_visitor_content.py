"""Why nobody is logged in, where a session says so itself."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.visitors.visitor_content import find_visitor
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.traits import Traits

TRAITS = Traits(visitor_members=frozenset({"csrf"}))
ONLY_CSRF: JsonObject = {"csrf": "x"}


def cookie(payload: JsonObject, problem: str = "") -> Decoded:
    return Decoded(format="any", cookies=("s",), payload=payload, problem=problem, traits=TRAITS)


@pytest.mark.parametrize("problem", ["", "no_secret", "expired"])
def test_what_can_be_read_says_it_itself(problem: str) -> None:
    assert find_visitor(cookie(ONLY_CSRF, problem)) == "nobody is logged in: it holds only csrf"


@pytest.mark.parametrize(
    "found",
    [
        cookie({**ONLY_CSRF, "cart": [7]}),
        cookie(ONLY_CSRF, "wrong_secret"),
        cookie({"exp": 5}, "no_secret"),
        cookie({}),
        replace(cookie(ONLY_CSRF), session_id="an id of a row"),
        replace(cookie(ONLY_CSRF), text="bob"),
        replace(cookie(ONLY_CSRF), role="token"),
    ],
)
def test_what_may_be_somebody_s_is_no_visitor_s(found: Decoded) -> None:
    assert find_visitor(found) == ""

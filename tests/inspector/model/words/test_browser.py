"""A dropped cookie in a sentence: what is seen, and what a rule says."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.browser import CookieJudged
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.words.browser import describe_dropped

JUDGED = CookieJudged(
    at=1,
    browser="Chromium 156",
    url="http://localhost/",
    name="sid",
    value=Secret.of("v"),
    verdict="dropped",
    why=("one", "two"),
)


def test_a_reason_of_the_browser_and_one_of_a_rule() -> None:
    assert describe_dropped(JUDGED) == "Chromium 156 dropped it: one; two (seen)"
    assert describe_dropped(replace(JUDGED, origin="rule")) == (
        "Chromium 156 dropped it (seen; the reason is a rule: one; two)"
    )

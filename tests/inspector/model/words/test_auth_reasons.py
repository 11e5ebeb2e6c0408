"""Why a request is not signed in: as the header says it, with what that means."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.words.auth_reasons import reason_text


@pytest.mark.parametrize(
    ("meaning", "text"),
    [("it is over", "session-token-expired (it is over)"), ("", "session-token-expired")],
)
def test_a_reason_is_shown_with_its_meaning(meaning: str, text: str) -> None:
    ended = ExchangeEnded(
        at=1,
        cause="x1",
        exchange="x1",
        status=401,
        duration=0.1,
        auth_reason="session-token-expired",
        auth_meaning=meaning,
    )
    assert reason_text(ended) == text
    assert line_of(ended)[2].endswith(f" · {text}")

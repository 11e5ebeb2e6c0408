"""A line says first what came of it, and warns only where something is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from session_inspector.devserver.core.events.base import EndReason
from session_inspector.devserver.core.events.session import (
    CookieLeft,
    CookieReused,
    LeftOutcome,
    SessionAnswered,
    SessionShownAgain,
    ShownOutcome,
)
from session_inspector.inspector.model.views.lines.copy_lines import (
    REUSED,
    doubt_line,
    reuse_line,
)

WIDTH = 50
"""Columns of a title in a terminal of 80."""
VERDICTS = ("refused", "accepted", "lives on", "still logs in", "session ended")
COPY = SessionShownAgain(
    at=9,
    cause="x3",
    session="s",
    ended="logout",
    ended_by="x2",
    ended_at=8,
    outcome="accepted",
    request="GET /me",
    status=200,
)
LEFT = CookieLeft(
    at=9,
    cause="x3",
    session="s",
    names=("connect.sid",),
    deleted=(),
    left_by="x2",
    left_at=8,
    outcome="accepted",
    request="GET /me",
    status=200,
)
REUSED_VALUE = CookieReused(
    at=9,
    cause="x3",
    session="s",
    name="__session",
    digest="d",
    replaced_by="x2",
    replaced_at=8,
    is_parallel=False,
    outcome="accepted",
    status=200,
)


def shows_verdict(title: str) -> bool:
    return any(verdict in title[:WIDTH] for verdict in VERDICTS)


@pytest.mark.parametrize("ended", get_args(EndReason))
@pytest.mark.parametrize("outcome", get_args(ShownOutcome))
def test_the_verdict_on_a_copy_fits_into_80_columns(
    outcome: ShownOutcome, ended: EndReason
) -> None:
    assert shows_verdict(doubt_line(replace(COPY, outcome=outcome, ended=ended))[1])


@pytest.mark.parametrize("deleted", [(), ("other",)])
@pytest.mark.parametrize("outcome", get_args(LeftOutcome))
def test_the_verdict_on_what_a_logout_left_fits_into_80_columns(
    outcome: LeftOutcome, deleted: tuple[str, ...]
) -> None:
    assert shows_verdict(doubt_line(replace(LEFT, outcome=outcome, deleted=deleted))[1])


def test_the_verdict_on_an_answer_fits_into_80_columns() -> None:
    event = SessionAnswered(
        at=9,
        cause="x3",
        session="s",
        refused="GET /a",
        refused_by="x1",
        request="GET /",
        status=200,
    )
    assert shows_verdict(doubt_line(event)[1])


@pytest.mark.parametrize("outcome", list(REUSED))
def test_the_verdict_on_an_old_value_fits_into_80_columns(outcome: str) -> None:
    event = replace(REUSED_VALUE, outcome=outcome)  # type: ignore[arg-type]  # a literal
    assert shows_verdict(reuse_line(event)[1])


def test_only_what_is_wrong_has_a_warning_sign() -> None:
    marks = {
        outcome: doubt_line(replace(COPY, outcome=outcome))[0] for outcome in get_args(ShownOutcome)
    }
    assert marks == {
        "accepted": "⚠",
        "refused": "⊠",
        "answered": "?",
        "public": "?",
        "unknown": "?",
    }
    assert doubt_line(LEFT)[0] == "⚠"
    assert doubt_line(replace(LEFT, outcome="unknown"))[0] == "?"
    assert reuse_line(replace(REUSED_VALUE, renews=False, outcome="refused"))[0] == "⊠"
    assert reuse_line(replace(REUSED_VALUE, renews=False, outcome="unknown"))[0] == "?"
    assert reuse_line(replace(REUSED_VALUE, renews=True, outcome="refused"))[0] == "⚠"

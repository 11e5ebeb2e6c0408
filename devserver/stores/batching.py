"""Callers that wait for one answer each, of a group that is answered together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TypeAlias

PendingAnswer: TypeAlias = "asyncio.Future[object]"


def settle(pending: Iterable[PendingAnswer], outcomes: Iterable[object]) -> None:
    """Give each its outcome, in order; an exception is raised at whoever waits for it."""
    for answer, outcome in zip(pending, outcomes, strict=True):
        if answer.done():
            continue  # the caller was cancelled
        if isinstance(outcome, Exception):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

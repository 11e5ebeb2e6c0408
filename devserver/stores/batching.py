"""Callers that wait for one answer each, of a group that is answered together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TypeAlias

Waiting: TypeAlias = "asyncio.Future[object]"


def settle(waiting: Iterable[Waiting], outcomes: Iterable[object]) -> None:
    """Give each its outcome, in order; an exception is raised at whoever waits for it."""
    for done, outcome in zip(waiting, outcomes, strict=True):
        if done.done():
            continue  # the caller was cancelled
        if isinstance(outcome, Exception):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)

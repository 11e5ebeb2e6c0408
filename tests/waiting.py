"""How tests wait for what other threads and processes bring: until it is so, or never came.

A machine that is busy with something else is slow, and no failure of the code. So nothing is
asserted at once that arrives later, and there is one limit for all that is awaited.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from session_inspector.devserver.core.clock import stopwatch

T = TypeVar("T")
PATIENCE = 90.0
"""Seconds until what was awaited counts as never coming."""
BETWEEN = 0.02
"""Seconds between two looks at a process, which cannot wake us."""


def eventually(look: Callable[[], T]) -> T:
    """Return the first true answer of `look`.

    Raises: AssertionError, with the last answer, when none came.
    """
    end = stopwatch() + PATIENCE
    while not (found := look()):
        assert stopwatch() < end, f"it never came true; at last: {found!r}"
        time.sleep(BETWEEN)  # another process goes on in real time
    return found


def patient_client(base_url: str = "", *, follow_redirects: bool = False) -> httpx.Client:
    """Return a browser that waits for its server; httpx itself gives up after five seconds."""
    return httpx.Client(base_url=base_url, follow_redirects=follow_redirects, timeout=PATIENCE)

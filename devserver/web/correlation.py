"""Lets the lab's own provider know for which exchange of the app it is asked.

The relying party names the exchange beside a request (`core/correlation.py`); only here, and
only on the way to the lab's own provider, it becomes a header. An outside provider gets none.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import httpx

from session_inspector.devserver.core.correlation import EXCHANGE, EXCHANGE_HEADER

Hook: TypeAlias = Callable[[httpx.Request], Awaitable[None]]
_NAME = re.compile(r"x[0-9]{1,12}")


def make_correlation_hook(issuer: str) -> Hook:
    """Return a hook for an HTTP client: it adds the header to requests for that issuer."""
    base = httpx.URL(issuer)

    async def add_header(request: httpx.Request) -> None:
        cause = request.extensions.get(EXCHANGE)
        url = request.url
        if cause and (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port):
            request.headers[EXCHANGE_HEADER] = str(cause)

    return add_header


def read_exchange(value: str) -> str:
    """Return the exchange that a header names; empty when it names none, in our form."""
    return value if _NAME.fullmatch(value) else ""

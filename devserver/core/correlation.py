"""Where the id of an exchange travels, so that what it causes can name it.

Inside the process it stands in the ASGI scope; beside a request to the provider, in httpx's
extensions; only on the way to the lab's own provider it becomes a header (`web/correlation.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

EXCHANGE = "inspector.exchange"
"""Key of an ASGI scope, and of an httpx request's extensions."""
EXCHANGE_HEADER = "x-inspector-within"
"""Names the app's exchange in a request to the lab's own provider."""
BROWSER_HEADER = "x-inspector-browser"
"""Names the simulated browser that asks."""
_RESENDER = re.compile(r"(lab:)?again-[^-]+-\d+")


def exchange_of(scope: Mapping[str, object]) -> str:
    """Return the id that the tap gave an exchange; empty without a tap."""
    return str(scope.get(EXCHANGE, ""))


def name_resender(exchange: str, number: int) -> str:
    """Return the name under which a kept request is sent again: no browser has it."""
    return f"again-{exchange}-{number}"


def is_resender(client: str) -> bool:
    """Check whether a client is no browser, but a request that was sent again from here."""
    return _RESENDER.fullmatch(client) is not None

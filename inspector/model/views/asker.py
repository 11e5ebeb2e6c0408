"""Who presented a token, in words: the browser behind, its request, and by whom it went."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.inspector.model.facts.presenters import is_browser
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import safe

SERVER = "the app's server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whoever asked the provider."""

    browser: str
    """`alice's browser`, `Chrome`; empty: only the app's server is known."""
    text: str
    """`alice's browser · GET /profile (x7) · via the app's server`."""


def asker(state: State, cause: str) -> Asker:
    """Return who is behind an exchange at the provider."""
    exchange = state.exchanges.get(cause)
    if exchange is None:
        return Asker(browser="", text=safe(cause, 30) or "somebody")
    client = safe(exchange.client, 30)
    if is_browser(exchange.client):
        browser = _named(client)
        return Asker(browser=browser, text=f"{browser} itself ({safe(cause, 30)})")
    server = SERVER if exchange.client == "httpx" else f"{SERVER} ({client})"
    behind = state.tokens.presenters.behind.get(cause)
    first = state.exchanges.get(behind.exchange) if behind else None
    if behind is None or first is None:
        return Asker(browser="", text=f"{server} ({safe(cause, 30)})")
    browser = _named(safe(first.client, 30))
    path = safe(first.path.partition("?")[0], 60)
    asked = f"{browser} · {safe(first.method, 10)} {path} ({safe(first.exchange, 30)})"
    guess = "" if behind.is_sure else "probably "
    return Asker(browser=browser, text=f"{guess}{asked} · via {server}")


def _named(client: str) -> str:
    name = client.removeprefix("lab:")
    return client if name == client else f"{name}'s browser"

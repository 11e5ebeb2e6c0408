"""Who presented a token, in words: the browser, its request, and the server in between."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.inspector.model.facts.presenters import SIMULATED, is_browser
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import safe

SERVER = "the app's server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presenter:
    """Who sent a request to the provider."""

    browser: str
    """`alice's browser`, `Chrome`; empty: only the app's server is known."""
    text: str
    """`alice's browser · GET /profile (x7) · via the app's server`."""


def find_presenter(state: State, cause: str) -> Presenter:
    """Return who is behind an exchange at the provider."""
    exchange = state.exchanges.get(cause)
    if exchange is None:
        return Presenter(browser="", text=safe(cause, 30) or "somebody")
    client = safe(exchange.client, 30)
    if is_browser(exchange.client):
        browser = _name_browser(client)
        return Presenter(browser=browser, text=f"{browser} itself ({safe(cause, 30)})")
    server = f"{SERVER} ({client})"
    if exchange.client == "httpx":
        server = SERVER
    return _find_browser_behind(state, cause, server)


def _find_browser_behind(state: State, cause: str, server: str) -> Presenter:
    trigger = state.families.presenters.triggers.get(cause)
    request = None
    if trigger is not None:
        request = state.exchanges.get(trigger.exchange)
    if trigger is None or request is None:
        return Presenter(browser="", text=f"{server} ({safe(cause, 30)})")
    browser = _name_browser(safe(request.client, 30))
    text = f"{browser} · {_describe_request(request)} · via {server}"
    if not trigger.is_sure:
        text = f"probably {text}"
    return Presenter(browser=browser, text=text)


def _describe_request(request: ExchangeStarted) -> str:
    path = safe(request.path.partition("?")[0], 60)
    return f"{safe(request.method, 10)} {path} ({safe(request.exchange, 30)})"


def _name_browser(client: str) -> str:
    if client.startswith(SIMULATED):
        return f"{client.removeprefix(SIMULATED)}'s browser"
    return client

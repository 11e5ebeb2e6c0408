"""Logins step by step: what was sent, what came back, and where it broke."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    TokenMinted,
    TokenRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.recent import KEPT, Recent

Outcome: TypeAlias = Literal["under way", "logged in", "failed"]
CALLBACK = "/auth/callback"
LOGIN_COOKIE = "__txn_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One login."""

    login: str
    client: str
    started: Seconds
    return_to: str
    cookie: str
    """Name of the transaction cookie."""
    outcome: Outcome = "under way"
    stored: CookieSet | None = None
    """The transaction cookie as it was set."""
    authorize: str = ""
    """The URL the browser was sent to, secrets masked."""
    at_provider: bool = False
    callback: ExchangeStarted | None = None
    tokens: tuple[str, ...] = ()
    failed_step: str = ""
    reason: str = ""
    ended: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """All logins."""

    by_login: Recent[str, Flow] = field(default_factory=Recent)
    order: Log[str] = field(default_factory=lambda: Log(limit=KEPT))
    by_client: Recent[str, str] = field(default_factory=Recent)
    """Client to its newest login."""
    by_exchange: Recent[str, str] = field(default_factory=Recent)
    """Exchange that began or ended a login to that login."""
    clients: Recent[str, str] = field(default_factory=Recent)
    """Exchange under way at the app to its client."""
    callbacks: Recent[str, ExchangeStarted] = field(default_factory=Recent)


def noted(flows: Flows, event: Event) -> Flows:
    """Return the logins after an event."""
    match event:
        case ExchangeStarted():
            return _started(flows, event)
        case LoginStarted():
            return _began(flows, event)
        case CookieSet() if event.name.startswith(LOGIN_COOKIE) and not event.is_deletion:
            return _with(flows, flows.by_exchange.get(event.cause, ""), stored=event)
        case ExchangeEnded():
            return _ended(flows, event)
        case TokenMinted() if not event.parent:
            return _token(flows, event)
        case TokenRefused(token="code"):
            return flows
        case LoginSucceeded():
            return _finished(flows, event, outcome="logged in")
        case LoginFailed():
            return _finished(
                flows, event, outcome="failed", failed_step=event.step, reason=event.reason
            )
        case _:
            return flows


def _started(flows: Flows, event: ExchangeStarted) -> Flows:
    path = event.path.partition("?")[0]
    if event.party == "provider":
        newest = flows.by_client.get(event.client, "")
        is_there = path.endswith("/authorize")
        return _with(flows, newest, at_provider=True) if is_there else flows
    flows = replace(flows, clients=flows.clients.set(event.exchange, event.client))
    if path.endswith(CALLBACK):
        flows = replace(flows, callbacks=flows.callbacks.set(event.exchange, event))
        return _with(flows, flows.by_client.get(event.client, ""), callback=event)
    return flows


def _began(flows: Flows, event: LoginStarted) -> Flows:
    client = flows.clients.get(event.cause, "")
    flow = Flow(
        login=event.login,
        client=client,
        started=event.at,
        return_to=event.return_to,
        cookie=event.transaction_cookie,
    )
    return replace(
        flows,
        by_login=flows.by_login.set(event.login, flow),
        order=flows.order.extended([event.login]),
        by_client=flows.by_client.set(client, event.login),
        by_exchange=flows.by_exchange.set(event.cause, event.login),
    )


def _ended(flows: Flows, event: ExchangeEnded) -> Flows:
    login = flows.by_exchange.get(event.exchange, "")
    flow = flows.by_login.get(login)
    if flow is not None and not flow.authorize and "/authorize" in event.location:
        flows = _with(flows, login, authorize=event.location)
    for table in ("clients", "callbacks", "by_exchange"):
        found = getattr(flows, table)
        if event.exchange in found:
            flows = replace(flows, **{table: found.delete(event.exchange)})
    return flows


def _token(flows: Flows, event: TokenMinted) -> Flows:
    """A token without a parent comes of a code: of the newest callback still under way."""
    if not flows.callbacks:
        return flows
    newest = max(flows.callbacks.values(), key=lambda callback: callback.seq)
    login = flows.by_client.get(newest.client, "")
    flow = flows.by_login.get(login)
    return _with(flows, login, tokens=(*flow.tokens, event.token)) if flow else flows


def _finished(flows: Flows, event: LoginSucceeded | LoginFailed, **changes: object) -> Flows:
    login = event.login
    if login not in flows.by_login:
        callback = flows.callbacks.get(event.cause)
        if callback is None:
            return flows
        # a callback that belongs to no login that was seen: it is a row of its own
        login = event.login or f"callback {event.cause}"
        lost = Flow(
            login=login,
            client=callback.client,
            started=event.at,
            return_to="",
            cookie="",
            callback=callback,
        )
        flows = replace(
            flows,
            by_login=flows.by_login.set(login, lost),
            order=flows.order.extended([login]),
        )
    return _with(flows, login, ended=event.at, **changes)


def _with(flows: Flows, login: str, **changes: object) -> Flows:
    flow = flows.by_login.get(login)
    if flow is None:
        return flows
    new = replace(flow, **changes)  # type: ignore[arg-type]  # names are Flow's own fields
    return replace(flows, by_login=flows.by_login.set(login, new))

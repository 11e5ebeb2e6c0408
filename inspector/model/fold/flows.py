"""Folds login events into `Flows`, and the requests and cookies that belong to them."""

from __future__ import annotations

from collections.abc import Callable

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
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.flows import Flow, Flows

CALLBACK = "callback"
ANSWERS = ("code", "error")
"""One of them is in the answer of a provider, beside the state (RFC 6749 §4.1.2)."""
LOGIN_COOKIE = "__txn_"


def fold_flows(flows: Flows, event: Event) -> Flows:
    """Return the logins after an event."""
    match event:
        case ExchangeStarted():
            return _note_request(flows, event)
        case LoginStarted():
            return _begin(flows, event)
        case CookieSet():
            return _note_cookie(flows, event)
        case ExchangeEnded():
            return _note_response(flows, event)
        case TokenMinted() if not event.parent:
            return _note_token(flows, event)
        case LoginSucceeded() | LoginFailed():
            return _finish(flows, event)
        case _:
            return flows


def _note_request(flows: Flows, event: ExchangeStarted) -> Flows:
    path = event.path.partition("?")[0]
    if event.party == "provider":
        return _note_authorize(flows, event, path)
    flows = replace(flows, clients=flows.clients.set(event.exchange, event.client))
    if not _is_callback(event):
        return flows
    flows = replace(flows, callbacks=flows.callbacks.set(event.exchange, event))
    login = flows.by_client.get(event.client, "")
    return _change(flows, login, lambda flow: replace(flow, callback=event))


def _is_callback(event: ExchangeStarted) -> bool:
    """Check for the request that brings a provider's answer: by its path, or by its query."""
    path, _, query = event.path.partition("?")
    if CALLBACK in path.rsplit("/", 2)[-2:] or path.rstrip("/").endswith(f"/{CALLBACK}"):
        return True
    names = {pair.partition("=")[0] for pair in query.split("&")}
    return "state" in names and any(name in names for name in ANSWERS)


def _note_authorize(flows: Flows, event: ExchangeStarted, path: str) -> Flows:
    if not path.endswith("/authorize"):
        return flows
    login = flows.by_client.get(event.client, "")
    return _change(flows, login, lambda flow: replace(flow, at_provider=True))


def _begin(flows: Flows, event: LoginStarted) -> Flows:
    client = flows.clients.get(event.cause, "")
    flow = Flow(
        login=event.login,
        client=client,
        started=event.at,
        return_to=event.return_to,
        cookie=event.transaction_cookie,
    )
    return replace(
        _add(flows, flow),
        by_client=flows.by_client.set(client, event.login),
        by_exchange=flows.by_exchange.set(event.cause, event.login),
    )


def _note_cookie(flows: Flows, event: CookieSet) -> Flows:
    if event.is_deletion or not event.name.startswith(LOGIN_COOKIE):
        return flows
    login = flows.by_exchange.get(event.cause, "")
    return _change(flows, login, lambda flow: replace(flow, stored=event))


def _note_response(flows: Flows, event: ExchangeEnded) -> Flows:
    login = flows.by_exchange.get(event.exchange, "")
    flow = flows.by_login.get(login)
    if flow is not None and not flow.authorize and "/authorize" in event.location:
        flows = _change(flows, login, lambda flow: replace(flow, authorize=event.location))
    return _forget_exchange(flows, event.exchange)


def _forget_exchange(flows: Flows, exchange: str) -> Flows:
    clients = flows.clients.without(exchange)
    callbacks = flows.callbacks.without(exchange)
    by_exchange = flows.by_exchange.without(exchange)
    is_same = clients is flows.clients and callbacks is flows.callbacks
    if is_same and by_exchange is flows.by_exchange:
        return flows
    return replace(flows, clients=clients, callbacks=callbacks, by_exchange=by_exchange)


def _note_token(flows: Flows, event: TokenMinted) -> Flows:
    """Add a token to its login: the one that it names, else that of the newest callback.

    Without a parent it came of a code.
    """
    if event.login in flows.by_login:
        return _change(flows, event.login, lambda flow: _own_token(flow, event))
    if not flows.callbacks:
        return flows
    newest = max(flows.callbacks.values(), key=lambda callback: callback.seq)
    login = flows.by_client.get(newest.client, "")
    return _change(flows, login, lambda flow: replace(flow, tokens=(*flow.tokens, event.token)))


def _own_token(flow: Flow, event: TokenMinted) -> Flow:
    refresh = flow.refresh
    if event.token == "refresh":
        refresh = event.value.digest
    return replace(flow, tokens=(*flow.tokens, event.token), sid=event.sid, refresh=refresh)


def _finish(flows: Flows, event: LoginSucceeded | LoginFailed) -> Flows:
    login = event.login
    if login not in flows.by_login:
        callback = flows.callbacks.get(event.cause)
        if callback is None:
            return flows
        lost = _make_lost_flow(event, callback)
        login = lost.login
        flows = _add(flows, lost)
    if isinstance(event, LoginSucceeded):
        if event.session:
            flows = replace(flows, by_session=flows.by_session.set(event.session, login))
        return _change(flows, login, lambda flow: _succeed(flow, event))
    return _change(flows, login, lambda flow: _fail(flow, event))


def _make_lost_flow(event: LoginSucceeded | LoginFailed, callback: ExchangeStarted) -> Flow:
    """Return a row for a callback that belongs to no login that was seen."""
    return Flow(
        login=event.login or f"callback {event.cause}",
        client=callback.client,
        started=event.at,
        return_to="",
        cookie="",
        callback=callback,
    )


def _succeed(flow: Flow, event: LoginSucceeded) -> Flow:
    return replace(flow, ended=event.at, outcome="logged in")


def _fail(flow: Flow, event: LoginFailed) -> Flow:
    return replace(
        flow, ended=event.at, outcome="failed", failed_step=event.step, reason=event.reason
    )


def _add(flows: Flows, flow: Flow) -> Flows:
    return replace(
        flows,
        by_login=flows.by_login.set(flow.login, flow),
        order=flows.order.with_items([flow.login]),
    )


def _change(flows: Flows, login: str, change: Callable[[Flow], Flow]) -> Flows:
    flow = flows.by_login.get(login)
    if flow is None:
        return flows
    return replace(flows, by_login=flows.by_login.set(login, change(flow)))

"""Folds requests into `Presenters`: which request to the app triggered one to the provider."""

from __future__ import annotations

from immutables import Map

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.presenters import Presenters, Trigger, is_browser

MOST = 1_000
"""Requests under way; more are leftovers whose ends were never seen."""


def fold_presenters(known: Presenters, event: ExchangeStarted | ExchangeEnded) -> Presenters:
    """Return the presenters after an event."""
    if isinstance(event, ExchangeEnded):
        return _forget_request(known, event)
    if event.party == "provider":
        return _add_trigger(known, event)
    return _add_request(known, event)


def _add_request(known: Presenters, event: ExchangeStarted) -> Presenters:
    under_way = known.under_way
    if len(under_way) >= MOST:
        under_way = Map[str, None]()
    return replace(known, under_way=under_way.set(event.exchange, None))


def _forget_request(known: Presenters, event: ExchangeEnded) -> Presenters:
    if event.exchange not in known.under_way:
        return known
    return replace(known, under_way=known.under_way.delete(event.exchange))


def _add_trigger(known: Presenters, event: ExchangeStarted) -> Presenters:
    trigger = _find_trigger(known, event)
    if trigger is None:
        return known
    return replace(known, triggers=known.triggers.set(event.exchange, trigger))


def _find_trigger(known: Presenters, event: ExchangeStarted) -> Trigger | None:
    if event.within:
        return Trigger(exchange=event.within, is_sure=True)
    if is_browser(event.client) or len(known.under_way) != 1:
        return None
    return Trigger(exchange=next(iter(known.under_way)), is_sure=False)

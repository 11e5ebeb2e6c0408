"""Which request to the app triggered one to the provider: named, guessed, or unknown."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.inspector.model.facts.presenters import Presenters, Trigger
from session_inspector.inspector.model.fold.presenters import MOST, fold_presenters


def app(exchange: str, client: str = "lab:alice", path: str = "/profile?x=1") -> ExchangeStarted:
    return ExchangeStarted(
        at=1, cause=exchange, exchange=exchange, method="GET", path=path, client=client
    )


def provider(exchange: str, within: str = "", client: str = "httpx") -> ExchangeStarted:
    return ExchangeStarted(
        at=1,
        cause=exchange,
        exchange=exchange,
        method="POST",
        path="/oauth/token",
        client=client,
        party="provider",
        within=within,
    )


def ended(exchange: str) -> ExchangeEnded:
    return ExchangeEnded(at=2, cause=exchange, exchange=exchange, status=200, duration=0.1)


def behind(*events: ExchangeStarted | ExchangeEnded) -> Trigger | None:
    known = Presenters()
    for event in events:
        known = fold_presenters(known, event)
    return known.triggers.get("p")


def test_what_the_app_tells_is_sure_whatever_else_is_under_way() -> None:
    assert behind(app("a"), app("b"), provider("p", "a")) == Trigger(exchange="a", is_sure=True)


def test_the_only_request_under_way_is_a_guess() -> None:
    found = behind(app("a"), app("b"), ended("a"), provider("p", client="node"))
    assert found == Trigger(exchange="b", is_sure=False)


@pytest.mark.parametrize(
    "events",
    [
        [provider("p")],
        [app("a"), ended("a"), provider("p")],
        [app("a"), app("b"), provider("p")],
        [app("a"), provider("p", client="curl")],
        [app("a"), provider("p", client="lab:bob")],
    ],
    ids=["nobody", "over", "two at once", "by hand", "a browser"],
)
def test_else_nobody_is_named(events: list[ExchangeStarted | ExchangeEnded]) -> None:
    assert behind(*events) is None


def test_ends_that_are_never_heard_of_do_not_pile_up() -> None:
    known = Presenters()
    for number in range(3 * MOST):
        known = fold_presenters(known, app(f"x{number}"))
    assert len(known.under_way) <= MOST

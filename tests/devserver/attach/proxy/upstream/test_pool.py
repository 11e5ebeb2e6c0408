"""The pool: connections are kept while they are fresh, and no longer."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.route import Route
from session_inspector.devserver.attach.proxy.upstream import pool as pools
from session_inspector.devserver.attach.proxy.upstream.connection import UpstreamConnection
from session_inspector.devserver.attach.proxy.upstream.pool import FRESH, Pool
from session_inspector.devserver.core.clock import stopwatch

ROUTE = Route(url="http://localhost:1", host="localhost", port=1)


class Nobody:
    """An audience that takes no note."""

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None: ...
    def started(self, exchange: Exchange) -> None: ...
    def responded(self, exchange: Exchange) -> None: ...
    def ended(self, exchange: Exchange) -> None: ...


def new_pool() -> Pool:
    return Pool(ROUTE, Nobody())


def test_the_connection_that_was_given_last_is_taken_first() -> None:
    pool = new_pool()
    first = UpstreamConnection(pool)
    second = UpstreamConnection(pool)
    pool.give(first)
    pool.give(second)
    assert pool.take() is second
    assert pool.take() is first
    assert pool.take() is None


def test_a_connection_that_was_kept_too_long_is_not_taken() -> None:
    pool = new_pool()
    old = UpstreamConnection(pool)
    pool.give(old)
    old.kept_since = stopwatch() - FRESH - 1
    assert pool.take() is None


def test_a_closed_connection_is_forgotten() -> None:
    pool = new_pool()
    lost = UpstreamConnection(pool)
    pool.give(lost)
    lost.connection_lost(None)
    assert pool.take() is None


def test_of_too_many_the_oldest_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "KEPT", 2)
    pool = new_pool()
    given = [UpstreamConnection(pool) for _ in range(3)]
    for connection in given:
        pool.give(connection)
    assert [pool.take(), pool.take(), pool.take()] == [given[2], given[1], None]

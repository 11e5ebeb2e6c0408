"""A tenant that runs elsewhere, joined: its provider's events here, its lab's own left there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.commands import Login, SetKnobs
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import (
    KnobsTurned,
    LoginStarted,
    ProviderSessionStarted,
    TokenMinted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.feed.remote import RemoteFeed
from session_inspector.inspector.feed.tenant import JoinedTenant, find_tenant, join_tenant
from tests.servers import free_port
from tests.waiting import PATIENCE, eventually


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunningLab]:
    settings = load_settings({}, {"HOME": str(tmp_path)})
    running = start_lab(replace(settings, store="memory://"))
    yield running
    running.stop()


@pytest.fixture
def joined(lab: RunningLab) -> Iterator[JoinedTenant]:
    feed = RemoteFeed(lab.base_url, SystemClock(), lab.token)
    feed.start()
    tenant = JoinedTenant(feed)
    yield tenant
    tenant.stop()


def test_its_issuer_is_known(lab: RunningLab, joined: JoinedTenant) -> None:
    assert joined.find_issuer(PATIENCE) == lab.issuer


def test_what_happens_at_the_provider_is_taken_and_nothing_else(
    lab: RunningLab, joined: JoinedTenant
) -> None:
    taken: list[Event] = []
    joined.find_issuer(PATIENCE)
    joined.start(taken.append)
    reply = lab.submit(lab.control.execute(Login(user="local|alice"))).result(PATIENCE)
    assert reply.is_ok
    eventually(lambda: [event for event in taken if isinstance(event, TokenMinted)])
    eventually(lambda: [event for event in taken if isinstance(event, ProviderSessionStarted)])
    assert not [event for event in taken if isinstance(event, LoginStarted)]
    exchanges = [event for event in taken if isinstance(event, ExchangeStarted)]
    assert {event.party for event in exchanges} == {"provider"}
    assert all(event.exchange.startswith("t") and not event.within for event in exchanges)
    minted = [event for event in taken if isinstance(event, TokenMinted)]
    assert {event.cause for event in minted} <= {event.exchange for event in exchanges}


def test_commands_go_there(lab: RunningLab, joined: JoinedTenant) -> None:
    taken: list[Event] = []
    joined.find_issuer(PATIENCE)
    joined.start(taken.append)
    assert asyncio.run(joined.run(SetKnobs(wrong_nonce=True), "c1"))
    eventually(lambda: [event for event in taken if isinstance(event, KnobsTurned)])


def test_the_tenant_is_named_or_found() -> None:
    found = {"SESSION_INSPECTOR_URL": "http://127.0.0.1:1"}
    assert find_tenant("", {}, found) == "http://127.0.0.1:1"
    assert find_tenant("http://127.0.0.1:2", found) == "http://127.0.0.1:2"
    assert find_tenant("", {}, {}) == ""


def test_one_that_does_not_answer_is_refused() -> None:
    with pytest.raises(InputError, match="does not answer"):
        join_tenant(f"http://127.0.0.1:{free_port()}")

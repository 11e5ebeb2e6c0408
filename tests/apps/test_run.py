"""Each sample app by the one command: a login from click to row, and nothing left running."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from session_inspector.devserver.core.commands import RevokeAtProvider
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import (
    ProviderSessionStarted,
    TokenMinted,
)
from session_inspector.devserver.core.events.process import AppEnded, AppListening, AppStarted
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.apps.runs import Run, describe_times, started_sample
from tests.apps.samples import (
    AUTHJS,
    DJANGO,
    EXPRESS,
    EXPRESS_REDIS,
    FASTAPI,
    FLASK,
    FLASK_REDIS,
    NEXTJS,
    STARLETTE,
    Sample,
)
from tests.apps.tenants import Person
from tests.servers import RedisServer, free_port, is_alive, listens
from tests.waiting import eventually

SAMPLES = (EXPRESS, NEXTJS, AUTHJS, FASTAPI, FLASK, STARLETTE, EXPRESS_REDIS, FLASK_REDIS, DJANGO)


@dataclass
class Site:
    """A sample that `run` has started."""

    run: Run
    sample: Sample
    env: Mapping[str, str] = field(default_factory=dict)

    def person(self) -> Person:
        return Person(self, self.run.base_url)


HOLD_TOKENS = (EXPRESS, EXPRESS_REDIS, NEXTJS, FASTAPI)
"""Their sessions hold a refresh token and name the provider's session."""


def assert_logged_in(run: Run, sample: Sample) -> None:
    """Check that the login is whole, and that what the provider still has of it is known."""

    def login() -> str:
        state = fold(empty(), tuple(run.events))
        flows = [state.flows.by_login[name] for name in state.flows.order]
        done = [flow for flow in flows if flow.outcome == "logged in"]
        return "".join(
            "whole" for flow in done if flow.authorize and flow.at_provider and flow.tokens
        )

    if sample in (FLASK_REDIS, DJANGO):
        return  # a bare id that no response sets anew: whether the callback made it one is not seen
    eventually(lambda: login().startswith("whole"))
    if sample not in HOLD_TOKENS:
        return
    state = fold(empty(), tuple(run.events))
    lamps = [
        {lamp.name: lamp.how for lamp in lamps_of(state, name, run.events[-1].at)}
        for name in state.sessions
    ]
    alive = [lamp for lamp in lamps if lamp.get("refresh token") == "● alive"]
    assert alive, lamps
    assert alive[0]["provider session"] == "● alive"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_one_command_shows_a_login_from_click_to_session(
    sample: Sample, tmp_path: Path, redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    env = {}
    if sample.store == "REDIS_URL":
        env["REDIS_URL"] = redis_server.url
    if sample.store == "DATABASE":
        env["DATABASE"] = str(tmp_path / "app.db")
    with (
        started_sample(sample, tmp_path, free_port(), **env) as run,
        ExitStack() as stack,
    ):
        run.wait_for(AppListening)
        site = Site(run, sample, {"SESSION_INSPECTOR_CA": run.ca})
        alice = stack.enter_context(closing(site.person()))
        alice.sign_in()
        assert alice.profile().status_code == 200
        if sample is not DJANGO:  # its cookie is the bare name of a row
            run.wait_for(SessionWritten)
        times = describe_times(run)
        if sample.store == "REDIS_URL":  # found in its environment
            run.wait_for(StoreStateChanged, is_chosen=True, store=redis_server.url)
        with capsys.disabled():
            print(f"\n{sample.name}: {times}")
        minted = run.wait_for(TokenMinted, token="id")
        assert minted.sub == "local|alice"
        begun = run.wait_for(ProviderSessionStarted)
        assert_logged_in(run, sample)
        parties = {event.party for event in run.heard(ExchangeStarted)}
        assert parties == {"app", "provider"}
        reply = run.send(RevokeAtProvider(sid=begun.sid))
        assert reply["is_ok"], reply
        alice.sign_out()
        processes = run.family()
        port = run.wait_for(AppListening).upstream.rpartition(":")[2]
        assert run.end(signal.SIGTERM) == 143
    assert not [pid for pid in processes if is_alive(pid)]
    assert not listens(int(port))
    assert not run.wait_for(AppEnded).is_crash
    assert run.wait_for(AppStarted).found

"""Each sample app by the one command, in Chromium: from click to row, and nothing left running."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from session_inspector.devserver.core.commands import Revoke, RevokeAtProvider
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import (
    ProviderSessionStarted,
    TokenMinted,
)
from session_inspector.devserver.core.events.process import AppEnded, AppListening, AppStarted
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
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
from tests.apps.test_run_in_chromium import page
from tests.end_to_end.chromium import browser_path
from tests.servers import RedisServer, free_port, is_alive, listens
from tests.waiting import eventually

__all__ = ["browser_path", "page"]
SAMPLES = (EXPRESS, NEXTJS, AUTHJS, FASTAPI, FLASK, STARLETTE, EXPRESS_REDIS, FLASK_REDIS, DJANGO)


@dataclass
class Visit:
    """Alice in a browser, at an app that `run` has started."""

    page: Page
    run: Run
    sample: Sample

    def sign_in(self) -> None:
        self.page.context.clear_cookies(name="op_session")  # the provider asks again who it is
        self.page.goto(self.run.base_url + self.sample.login)
        if self.sample is AUTHJS:
            eventually(self._press_at_authjs)
        self.page.get_by_text("Alice Archer").click()
        self.page.wait_for_url(f"{self.run.base_url}/**")

    def _press_at_authjs(self) -> bool:
        """Press its button; False: the app could not reach the provider in time (tenants.py)."""
        self.page.goto(self.run.base_url + self.sample.login)
        self.page.get_by_role("button", name="Sign in with Auth0").click()
        self.page.wait_for_url(re.compile(r"/authorize\?|error=Configuration"))
        return "error=Configuration" not in self.page.url

    def profile(self) -> int:
        answer = self.page.goto(f"{self.run.base_url}/profile")
        assert answer is not None
        return answer.status

    def sign_out(self) -> None:
        if self.sample is AUTHJS:
            self.page.goto(f"{self.run.base_url}/auth/signout")
            self.page.get_by_role("button", name=re.compile("Sign out")).click()
            self.page.wait_for_url(f"{self.run.base_url}/")
        else:
            self.page.goto(self.run.base_url + self.sample.logout)


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


def revoke(alice: Visit) -> None:
    """End her session at the provider, in a store that is watched, and by her own logout."""
    run = alice.run
    reply = run.send(RevokeAtProvider(sid=run.wait_for(ProviderSessionStarted).sid))
    assert reply["is_ok"], reply
    if alice.sample.store == "REDIS_URL":
        for event in run.heard(SessionSeen):
            run.send(Revoke(session=event.session))
        assert alice.profile() == 401
        alice.sign_in()
        assert alice.profile() == 200
    alice.sign_out()
    assert alice.profile() == 401


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_one_command_shows_a_login_from_click_to_session(
    sample: Sample,
    redis_server: RedisServer,
    page: Page,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {"REDIS_URL": redis_server.url, "DATABASE": str(tmp_path / "app.db")}
    env = {name: place for name, place in places.items() if name == sample.store}
    flags = ["--write"] if sample.store == "REDIS_URL" else []
    with started_sample(sample, tmp_path, free_port(), *flags, **env) as run:
        run.wait_for(AppListening)
        alice = Visit(page, run, sample)
        alice.sign_in()
        assert alice.profile() == 200
        if sample is not DJANGO:  # its cookie is the bare name of a row
            run.wait_for(SessionWritten)
        times = describe_times(run)
        if sample.store == "REDIS_URL":  # found in its environment
            run.wait_for(StoreStateChanged, is_chosen=True, store=redis_server.url)
        with capsys.disabled():
            print(f"\n{sample.name}: {times}")
        minted = run.wait_for(TokenMinted, token="id")
        assert minted.sub == "local|alice"
        assert_logged_in(run, sample)
        parties = {event.party for event in run.heard(ExchangeStarted)}
        assert parties == {"app", "provider"}
        revoke(alice)
        processes = run.family()
        port = run.wait_for(AppListening).upstream.rpartition(":")[2]
        assert run.end(signal.SIGTERM) == 143
    assert not [pid for pid in processes if is_alive(pid)]
    assert not listens(int(port))
    assert not run.wait_for(AppEnded).is_crash
    assert run.wait_for(AppStarted).found

"""Each sample app by the one command, in Chromium: from click to row, and nothing left running."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page

from session_inspector.devserver.core.commands import Revoke, RevokeAtProvider, SetKnobs
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import (
    LoginSucceeded,
    ProviderSessionStarted,
    TokenMinted,
)
from session_inspector.devserver.core.events.process import AppEnded, AppListening, AppStarted
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.selectors.row import row_end
from tests.apps.renewals import RENEWALS, Renewal
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
from tests.apps.visit import Visit, browser_path, page
from tests.servers import RedisServer, free_port, is_alive, listens
from tests.waiting import eventually

__all__ = ["browser_path", "page"]
SAMPLES = (EXPRESS, NEXTJS, AUTHJS, FASTAPI, FLASK, STARLETTE, EXPRESS_REDIS, FLASK_REDIS, DJANGO)


HOLD_TOKENS = (EXPRESS, EXPRESS_REDIS, NEXTJS, FASTAPI)
"""Their sessions hold a refresh token and name the provider's session."""
SEAL_TOKENS = (EXPRESS, NEXTJS, FASTAPI, AUTHJS)
"""Their cookies hold the tokens."""


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


def count_rolls(run: Run) -> int:
    """Return how often a cookie was sealed anew, or a row moved."""
    written = [event for event in run.heard(SessionWritten) if event.reason == "roll"]
    state = fold(empty(), tuple(run.events))
    ends = {row_end(known) for known in state.sessions.values() if known.row}
    return len(written) + len(ends)


def roll(alice: Visit, renewal: Renewal) -> None:
    """Let her session roll, where something moves its end; else see that nothing does."""
    before = count_rolls(alice.run)
    if renewal.roll:
        eventually(
            lambda: alice.status(renewal.rolls_at) == 200 and count_rolls(alice.run) > before
        )
        return
    assert alice.status(renewal.rolls_at) == 200
    assert count_rolls(alice.run) == before


def refresh(alice: Visit, renewal: Renewal) -> None:
    """Let the app get new tokens as its framework does, and see them in the one journal."""
    run = alice.run
    alice.settle()
    before = len(run.heard(TokenMinted))
    grant = "authorization_code" if renewal.is_new_login else "refresh_token"

    def ask() -> list[TokenMinted]:
        assert alice.status(renewal.refreshes_at) == 200
        alice.page.wait_for_load_state("networkidle")  # one asks by a script
        return find_new_tokens(run, before, grant)

    minted = eventually(ask)
    if renewal.is_new_login:
        assert {event.sid for event in minted} == {run.wait_for(ProviderSessionStarted).sid}
        return
    assert minted[0].parent in {
        event.value.digest for event in run.heard(TokenMinted) if event.token == "refresh"
    }
    if alice.sample in SEAL_TOKENS:
        written = run.wait_for(SessionWritten, reason="refresh")
        assert written.session in {event.session for event in run.heard(LoginSucceeded)}
    eventually(lambda: "● alive" in refresh_lamps(run))


def refresh_lamps(run: Run) -> list[str]:
    """Return the lamp of each session's refresh token."""
    state = fold(empty(), tuple(run.events))
    lamps = [lamps_of(state, name, run.events[-1].at) for name in state.sessions]
    return [lamp.how for found in lamps for lamp in found if lamp.name == "refresh token"]


def find_new_tokens(run: Run, before: int, grant: str) -> list[TokenMinted]:
    return [event for event in run.heard(TokenMinted)[before:] if event.grant == grant]


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
        if RENEWALS[sample.name].waits_for_end:
            assert run.send(SetKnobs(access_ttl=1))["is_ok"]
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
        renewal = RENEWALS[sample.name]
        roll(alice, renewal)
        refresh(alice, renewal)
        revoke(alice)
        processes = run.family()
        port = run.wait_for(AppListening).upstream.rpartition(":")[2]
        assert run.end(signal.SIGTERM) == 143
    assert not [pid for pid in processes if is_alive(pid)]
    assert not listens(int(port))
    assert not run.wait_for(AppEnded).is_crash
    assert run.wait_for(AppStarted).found

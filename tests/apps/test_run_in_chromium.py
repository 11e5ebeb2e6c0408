"""Apps by the one command, used in Chromium: logged in, rolled, refreshed, revoked, logged out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.commands import Revoke
from session_inspector.devserver.core.events.login import TokenMinted
from session_inspector.devserver.core.events.process import AppListening, AppStarted
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionDestroyed, SessionWritten
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.apps.runs import Run, started_sample
from tests.apps.samples import GO, Sample
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.servers import RedisServer, free_port
from tests.waiting import eventually

__all__ = ["browser_path"]


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        # nobody has told this browser of the local authority
        yield patient_page(browser, ignore_https_errors=True)
        browser.close()


class Watched:
    """What is known of one user's newest session."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def state(self) -> State:
        return fold(empty(), tuple(self.run.events))

    def newest(self) -> str:
        """Return the newest session of Alice; empty: none yet."""
        state = self.state
        found = [name for name in state.order if "alice" in state.sessions[name].facts.sub]
        return "".join(found[-1:])

    def lamps(self, session: str) -> dict[str, str]:
        rows = lamps_of(self.state, session, self.run.events[-1].at)
        return {lamp.name: lamp.how for lamp in rows}

    def clocks(self, session: str) -> list[str]:
        """Return the names of a session's clocks, the one that ends it first before the others."""
        rows = timer_rows(self.state, session, self.run.events[-1].at)
        return [row.name for row in sorted(rows, key=lambda row: not row.is_first)]


def sign_in(page: Page, run: Run, sample: Sample) -> None:
    page.goto(run.base_url + sample.login)
    page.get_by_text("Alice Archer").click()
    page.wait_for_url(f"{run.base_url}/**")
    answer = page.goto(f"{run.base_url}/profile")
    assert answer is not None
    assert answer.status == 200


def status_of(page: Page, url: str) -> int:
    answer = page.goto(url)
    assert answer is not None
    return answer.status


@pytest.mark.parametrize("sample", [GO], ids=lambda sample: sample.name)
def test_the_life_of_a_session_in_chromium(
    sample: Sample,
    page: Page,
    tmp_path: Path,
    redis_server: RedisServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = redis_server.url.replace("/0", "/11")
    with started_sample(sample, tmp_path, free_port(), "--write", REDIS_URL=url) as run:
        run.wait_for(AppListening)
        watched = Watched(run)
        sign_in(page, run, sample)
        run.wait_for(StoreStateChanged, is_chosen=True, store=url)
        eventually(watched.newest)
        seconds = stopwatch() - run.began
        with capsys.disabled():
            print(f"\n{sample.name}: first decoded session {seconds:.1f} s after the command")
        first = watched.newest()
        roll_and_refresh(page, watched, first)
        reply = run.send(Revoke(session=first))
        assert reply["is_ok"], reply
        assert status_of(page, f"{run.base_url}/profile") == 401
        sign_in_and_out_again(page, watched, sample, first)
    assert run.wait_for(AppStarted).found.startswith("scs, go-oidc (go.mod)")


def roll_and_refresh(page: Page, watched: Watched, session: str) -> None:
    run = watched.run
    assert status_of(page, f"{run.base_url}/profile") == 200
    run.wait_for(SessionWritten, session=session, reason="roll")
    assert watched.clocks(session)[0] == "store"
    minted = len(run.heard(TokenMinted))
    assert status_of(page, f"{run.base_url}/refresh") == 200
    eventually(lambda: len(run.heard(TokenMinted)) > minted)
    eventually(lambda: watched.lamps(session).get("refresh token") == "● alive")


def sign_in_and_out_again(page: Page, watched: Watched, sample: Sample, before: str) -> None:
    run = watched.run
    sign_in(page, run, sample)
    eventually(lambda: watched.newest() not in ("", before))
    session = watched.newest()
    page.goto(run.base_url + sample.logout)
    eventually(lambda: watched.lamps(session).get("store row", "").startswith("○"))
    assert run.heard(SessionDestroyed)
    assert status_of(page, f"{run.base_url}/profile") == 401

"""Apps by the one command, used in Chromium: logged in, rolled, refreshed, revoked, logged out."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from playwright.sync_api import Page

from session_inspector.devserver.core.commands import Revoke
from session_inspector.devserver.core.events.login import LoginSucceeded, TokenMinted
from session_inspector.devserver.core.events.process import AppListening, AppStarted
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.selectors.row import row_end
from tests.apps.runs import Run, describe_times, started_sample
from tests.apps.samples import GO, HONO, SPRING_BOOT, SVELTEKIT, Sample
from tests.apps.visit import Visit, browser_path, page
from tests.engines import PostgresServer
from tests.servers import RedisServer, free_port
from tests.waiting import eventually

__all__ = ["browser_path", "page"]


class Watched:
    """What is known of one user's newest session."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def state(self) -> State:
        return fold(empty(), tuple(self.run.events))

    def newest(self) -> str:
        """Return the session of the newest login, once its row is known; empty: none yet."""
        logins = [event.session for event in self.run.heard(LoginSucceeded)]
        return next((name for name in logins[-1:] if self.row_end(name)), "")

    def lamps(self, session: str) -> dict[str, str]:
        rows = lamps_of(self.state, session, self.run.events[-1].at)
        return {lamp.name: lamp.how for lamp in rows}

    def clocks(self, session: str) -> list[str]:
        """Return the names of a session's clocks, the one that ends it first before the others."""
        rows = timer_rows(self.state, session, self.run.events[-1].at)
        return [row.name for row in sorted(rows, key=lambda row: not row.is_first)]

    def row_end(self, session: str) -> float:
        """Return when the row ends that its framework obeys; 0: it is not known."""
        known = self.state.sessions.get(session)
        if known is None or known.row is None:
            return 0
        return row_end(known) or 0


@pytest.fixture
async def store(sample: Sample, request: pytest.FixtureRequest, redis_server: RedisServer) -> str:
    """Return the URL of a store of the sample's own."""
    if sample.store == "REDIS_URL":
        return redis_server.url.replace("/0", "/11")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return await create_database(server.url, sample.name)


async def create_database(url: str, name: str) -> str:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return f"{url.rpartition('/')[0]}/{name}"


SAMPLES = (GO, HONO, SVELTEKIT, SPRING_BOOT)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_life_of_a_session_in_chromium(
    sample: Sample,
    store: str,  # before the browser, which has a loop of its own
    page: Page,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    env = {sample.store: store}
    with started_sample(sample, tmp_path, free_port(), "--write", **env) as run:
        run.wait_for(AppListening)
        visit = Visit(page, run, sample)
        watched = Watched(run)
        visit.sign_in()
        assert visit.profile() == 200
        run.wait_for(StoreStateChanged, is_chosen=True, store=store)
        first = eventually(watched.newest)
        with capsys.disabled():
            print(f"\n{sample.name}: {describe_times(run)}")
        check_login(watched, first)
        roll_and_refresh(visit, watched, first)
        reply = run.send(Revoke(session=first))
        assert reply["is_ok"], reply
        assert visit.profile() == 401
        sign_in_and_out_again(visit, watched, first)
    assert run.wait_for(AppStarted).found.startswith(sample.found)


def check_login(watched: Watched, session: str) -> None:
    """Check that a login was followed from the click to the row, and cookie and row are one."""
    flows = watched.state.flows
    login = flows.by_login[flows.by_session[session]]
    assert (login.outcome, login.at_provider) == ("logged in", True)
    assert login.authorize
    assert {"id", "refresh"} <= set(login.tokens)
    assert watched.state.sessions[session].facts.layout
    assert watched.lamps(session) == dict.fromkeys(
        ("cookie", "store row", "refresh token", "provider session"), "● alive"
    )


def roll_and_refresh(visit: Visit, watched: Watched, session: str) -> None:
    run = visit.run
    before = watched.row_end(session)
    eventually(lambda: visit.profile() == 200 and watched.row_end(session) > before)
    assert watched.clocks(session)[0] == "store"
    minted = len(run.heard(TokenMinted))
    assert visit.status("/refresh") == 200
    eventually(lambda: len(run.heard(TokenMinted)) > minted)
    eventually(lambda: watched.lamps(session).get("refresh token") == "● alive")


def sign_in_and_out_again(visit: Visit, watched: Watched, before: str) -> None:
    visit.sign_in()
    session = eventually(lambda: watched.newest().replace(before, ""))
    visit.sign_out()
    eventually(lambda: watched.lamps(session).get("store row", "").startswith("○"))
    assert visit.run.heard(SessionDestroyed)
    assert visit.profile() == 401

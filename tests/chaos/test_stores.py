"""Redis and PostgreSQL killed, paused, restarted and slow under traffic: clear, and back alone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from textual.pilot import Pilot

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.commands import Login, Revoke
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.ui.app import InspectorApp
from tests.chaos.delay import delayed
from tests.end_to_end.lab import Lab, running_lab, sign_in
from tests.engines import PostgresServer, RedisNode
from tests.security.test_escapes import drawn
from tests.waiting import PATIENCE, eventually, patient_client

Server = RedisNode | PostgresServer
ENGINES: dict[str, Callable[[Path], Server]] = {
    "redis": lambda folder: RedisNode(folder),
    "postgresql": PostgresServer,
}


@pytest.fixture(params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    server = ENGINES[request.param](tmp_path_factory.mktemp(request.param))
    yield server
    server.kill()


@contextmanager
def paused(server: Server) -> Iterator[None]:
    """Let a server hang, its children too: PostgreSQL has a process for each connection."""
    assert server.process is not None
    main = server.process.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    every = [main, *map(int, children)]
    for process in every:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in every:
            os.kill(process, signal.SIGCONT)


@pytest.fixture
def lab(engine: Server, tmp_path: Path) -> Iterator[Lab]:
    with running_lab(tmp_path, store=engine.url, create_store=True) as found:
        yield found


@pytest.fixture
def browser(lab: Lab) -> Iterator[httpx.Client]:
    with patient_client() as http:
        assert sign_in(http, lab.base_url, "local|alice").status_code == 200
        yield http


def states(lab: Lab) -> list[bool]:
    """Return the states of the store: True: back, False: away."""
    changes = [event for event in lab.events() if isinstance(event, StoreStateChanged)]
    return [event.is_up for event in changes if not event.watched_by]


def session_of(lab: Lab) -> str:
    return next(event.session for event in lab.events() if isinstance(event, SessionWritten))


def served_again(browser: httpx.Client, lab: Lab) -> int:
    """Return the status of the first request that is no 503; each look is a request."""

    def status() -> int:
        found = browser.get(f"{lab.base_url}/protected").status_code
        return 0 if found == 503 else found

    return eventually(status)


def test_a_killed_store_is_a_503_in_words_and_comes_back_alone(
    engine: Server, lab: Lab, browser: httpx.Client
) -> None:
    engine.kill()
    answers = [browser.get(f"{lab.base_url}/protected") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {503}
    assert "store is not available" in answers[0].text
    assert "set-cookie" not in answers[0].headers, "nobody is logged out by it"
    reply = lab.send(Revoke(session=session_of(lab)))
    assert (reply.is_ok, "revoked" in reply.message) == (False, False)
    lab.eventually(lambda: states(lab)[-1:] == [False])
    engine.start()
    # Redis kept nothing; PostgreSQL kept the session
    assert served_again(browser, lab) == (200 if isinstance(engine, PostgresServer) else 401)
    login = f"{lab.base_url}/auth/login?returnTo=/protected"
    assert browser.get(login, follow_redirects=True).status_code == 200
    lab.eventually(lambda: states(lab)[-1:] == [True])


def test_a_paused_store_is_a_503_after_its_timeout_and_goes_on(
    engine: Server, lab: Lab, browser: httpx.Client
) -> None:
    with paused(engine):
        answer = browser.get(f"{lab.base_url}/protected")
        assert (answer.status_code, "store is not available" in answer.text) == (503, True)
    assert served_again(browser, lab) == 200


async def test_the_screen_takes_keys_while_the_store_hangs(
    engine: Server, lab: Lab, browser: httpx.Client
) -> None:
    app = InspectorApp(LocalFeed(lab.running), ticks=False, open_url=lambda url: True)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        with paused(engine):
            request = HangingRequest(browser, lab)
            await pilot.press("r")  # a command that needs the store hangs as well
            for key, title in (("2", "Bytes"), ("6", "larms"), ("1", "Sessions")):
                await press_during(request, pilot, key)
                assert title.lower() in drawn(app).lower()
        await request.check_end()


class HangingRequest:
    """A request that waits for the store until it has its 503, after 5 s; then another one."""

    def __init__(self, browser: httpx.Client, lab: Lab) -> None:
        self._browser = browser
        self._url = f"{lab.base_url}/protected"
        self._task = self._start()

    def _start(self) -> asyncio.Task[httpx.Response]:
        return asyncio.create_task(asyncio.to_thread(self._browser.get, self._url))

    def hangs(self) -> bool:
        return not self._task.done()

    async def check_end(self) -> None:
        assert (await self._task).status_code in (200, 503)

    async def again(self) -> None:
        await self.check_end()
        self._task = self._start()


async def press_during(request: HangingRequest, pilot: Pilot[None], key: str) -> None:
    """Press a key and let it be drawn while a request hangs; again, if that ended too early."""
    end = stopwatch() + PATIENCE
    while stopwatch() < end:
        await pilot.press(key)
        await pilot.pause()
        if request.hangs():
            return
        await request.again()
    raise AssertionError("no key was taken while a request hung")


async def test_a_slow_store_is_slow_and_nothing_else(engine: Server, tmp_path: Path) -> None:
    async with delayed(engine.port, 0.05) as port:
        url = engine.url.replace(str(engine.port), str(port))

        def traffic() -> list[int]:
            with (
                running_lab(tmp_path, store=url, create_store=True) as lab,
                patient_client() as http,
            ):
                assert lab.send(Login(user="local|bob")).is_ok
                sign_in(http, lab.base_url, "local|alice")
                statuses = [http.get(f"{lab.base_url}/protected").status_code for _ in range(5)]
                return [*statuses, *(not up for up in states(lab))]

        assert await asyncio.to_thread(traffic) == [200] * 5

"""A running lab for end-to-end tests: real servers, real cookies, a clock that travels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from devserver.core.commands import Command, Reply
from devserver.core.events import Event
from devserver.host import RunningLab, start_lab
from devserver.settings import load_settings
from devserver.web.browser import LoginForm
from inspector.model.rows import SessionRow
from inspector.model.search import session_rows
from inspector.model.state import State
from inspector.model.update import fold


class Lab:
    def __init__(self, running: RunningLab) -> None:
        self.running = running
        self.base_url = running.base_url

    def send(self, command: Command) -> Reply:
        return self.running.submit(self.running.control.execute(command)).result(20)

    def events(self) -> list[Event]:
        return list(self.running.journal.since(0)[0])

    def rows(self) -> list[SessionRow]:
        """Return the sessions as the terminal app would list them now."""
        state = fold(State(), self.events())
        return list(session_rows(state, self.running.clock.now()))


@contextmanager
def running_lab(folder: Path, **flags: str | bool) -> Iterator[Lab]:
    running = start_lab(load_settings(flags, {"HOME": str(folder)}))
    try:
        yield Lab(running)
    finally:
        running.stop()


def sign_in(http: httpx.Client, base_url: str, user: str) -> httpx.Response:
    """Log in as a person would: follow the redirects, fill in the form."""
    page = http.get(f"{base_url}/auth/login?returnTo=/protected", follow_redirects=True)
    form = LoginForm.found_in(page.text)
    assert form is not None
    action = page.url.join(form.action)
    return http.post(action, data=form.filled_in(user), follow_redirects=True)

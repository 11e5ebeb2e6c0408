"""A running lab for end-to-end tests: real servers, real cookies, a clock that travels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.lab.browser import LoginForm
from session_inspector.devserver.settings import load_settings
from tests.end_to_end.heard import Heard


class Lab(Heard[RunningLab]):
    """A lab of our own."""


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
    return http.post(action, data=form.fill_in(user), follow_redirects=True)

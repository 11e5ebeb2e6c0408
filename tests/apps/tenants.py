"""A lab as tenant with a sample app at it, and somebody who signs in there."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from session_inspector.devserver.core.clock import SystemClock, stopwatch
from session_inspector.devserver.core.events.login import LogoutTokenSent
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.lab.browser import LoginForm
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.tenant.environment import environments, settings_of
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.apps.samples import Sample, running, show_routes
from tests.end_to_end.lab import Lab
from tests.posted_form import PostedForm
from tests.servers import free_port
from tests.waiting import PATIENCE, eventually


@dataclass
class Tenant:
    """The lab, the app, and its environment."""

    lab: Lab
    sample: Sample
    base_url: str
    env: dict[str, str]
    port: int
    """Where the app itself listens."""
    began: float
    """When its command was started."""

    def person(self, base_url: str = "") -> Person:
        """Return somebody new with an empty cookie jar."""
        return Person(self, base_url or self.base_url)

    def deliveries(self) -> list[LogoutTokenSent]:
        """Return which logout tokens were sent."""
        return [event for event in self.lab.events() if isinstance(event, LogoutTokenSent)]


class Site(Protocol):
    """An app that somebody uses, and what it was given."""

    @property
    def sample(self) -> Sample: ...

    @property
    def env(self) -> Mapping[str, str]: ...


class Person:
    """Drives an app as a browser does."""

    def __init__(self, tenant: Site, base_url: str) -> None:
        self.base_url = base_url
        self._tenant = tenant
        context = ssl.create_default_context(cafile=tenant.env["SESSION_INSPECTOR_CA"])
        self.http = httpx.Client(verify=context, follow_redirects=True, timeout=PATIENCE)
        self.http.event_hooks = {"response": [self._trust_localhost]}

    def _trust_localhost(self, response: httpx.Response) -> None:
        """Send Secure cookies to http://localhost, as browsers do."""
        for cookie in self.http.cookies.jar:
            cookie.secure = False

    def close(self) -> None:
        self.http.close()

    def profile(self) -> httpx.Response:
        """Ask who is signed in, as soon as the app knows that page."""
        answer = eventually(self._find_profile)
        assert answer is not None
        return answer

    def _find_profile(self) -> httpx.Response | None:
        answer = self.http.get(f"{self.base_url}/profile")
        if answer.status_code != 404:
            return answer
        show_routes()
        return None

    def sign_in(self, user: str = "local|alice") -> httpx.Response:
        """Follow the app to the provider, fill in its form, and come back."""
        page = self.http.get(self.base_url + self._tenant.sample.login)
        if self._tenant.sample.name == "authjs":
            answer = eventually(self._begin_at_authjs)
            assert answer is not None
            page = answer
        form = LoginForm.found_in(page.text)
        assert form is not None, f"{page.status_code} {page.url}: {page.text[:300]}"
        page = self.http.post(page.url.join(form.action), data=form.fill_in(user))
        posted = PostedForm(page.text)
        if "id_token" not in posted.fields and "error" not in posted.fields:
            return page
        return self.http.post(posted.action, data=posted.fields)  # as the page's script does

    def _begin_at_authjs(self) -> httpx.Response | None:
        """Press its button; None: the app could not reach the provider in time.

        Node's fetch gives a connection ten seconds, TLS included. On a machine that is busy for
        longer Auth.js answers `error=Configuration`, whatever is wrong.
        """
        token = self.http.get(f"{self.base_url}/auth/csrf").json()["csrfToken"]
        page = self.http.post(f"{self.base_url}/auth/signin/auth0", data={"csrfToken": token})
        if page.url.params.get("error") == "Configuration":
            return None
        return page

    def sign_out(self) -> None:
        if self._tenant.sample.name == "authjs":
            token = self.http.get(f"{self.base_url}/auth/csrf").json()["csrfToken"]
            self.http.post(f"{self.base_url}/auth/signout", data={"csrfToken": token})
        else:
            self.http.get(self.base_url + self._tenant.sample.logout)

    def report(self) -> Report:
        """Read the cookies of the jar with the secret of the environment, as `decode` does."""
        jar = [c for c in self.http.cookies.jar if c.name != "op_session"]
        (pasted, *_) = read_paste("; ".join(f"{c.name}={c.value}" for c in jar), READERS)
        name = self._tenant.sample.secret
        question = Question(
            decoders=load_decoders(), secrets=[FoundSecret(self._tenant.env[name], name)]
        )
        return examine(pasted, question, SystemClock().now())


@contextmanager
def tenant(sample: Sample, folder: Path, *, front: int = 0, **env: str) -> Iterator[Tenant]:
    """Run the lab as tenant and the app at it; `front` is the port that people use instead."""
    port = free_port()
    base_url = f"http://localhost:{front or port}"
    arguments = ["serve", "--as-tenant", "--app-url", base_url, "--framework", sample.framework]
    arguments += ["--store", "memory://"]
    if sample.backchannel:
        arguments += ["--backchannel-logout-uri", sample.backchannel]
    settings = settings_of(parse(arguments), {"HOME": str(folder)})
    assert settings.tls is not None
    running_lab = start_lab(settings)
    try:
        found = environments(settings, running_lab)[sample.framework]
        found |= env | {"SESSION_INSPECTOR_CA": str(settings.tls.ca)}
        began = stopwatch()
        with running(sample, port, found, folder):
            yield Tenant(Lab(running_lab), sample, base_url, found, port, began)
    finally:
        running_lab.stop()

"""A peer under test: an app on somebody else's OpenID Connect package, driven as people do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from session_inspector.devserver.lab.browser import LoginForm
from session_inspector.devserver.provider.tenant import CLIENT_ID
from tests.node.packages import installed as node
from tests.peers.installed import FOLDER, python
from tests.posted_form import PostedForm
from tests.servers import wait_for_port
from tests.waiting import PATIENCE


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a peer runs, and the tenant it logs in at."""

    port: int
    folder: Path
    env: Mapping[str, str]

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One app with the same routes as every other; what differs is overridden."""

    name: str
    script: str = ""
    callback: str = "/callback"
    discovers: bool = True
    asks_userinfo: bool = True
    refreshes: bool = True

    def command(self, place: Place) -> list[str]:
        script = str(FOLDER / "apps" / self.script)
        if script.endswith(".mjs"):
            return [node(), script]
        return [python(), "-W", "ignore", script]

    def begin(self, http: httpx.Client) -> httpx.Response:
        """Return the answer that sends a browser to the provider."""
        return http.get("/login")

    def who(self, http: httpx.Client) -> str:
        """Return whom the app thinks is signed in; empty: nobody."""
        return str(http.get("/").json().get("sub") or "")

    def email(self, http: httpx.Client) -> str:
        """Return the email that userinfo gave the app."""
        return str(http.get("/userinfo").json()["email"])

    def refresh(self, http: httpx.Client) -> None:
        """Make the app use its refresh token."""
        assert http.get("/refresh").json() == {"changed": True}

    def sign_out(self, http: httpx.Client) -> httpx.Response:
        """Return the page at the end of a logout."""
        return http.get("/logout", follow_redirects=True)


def root_of(http: httpx.Client) -> str:
    """Return the address of the app a browser is at, with its slash."""
    return str(http.base_url).rstrip("/") + "/"


def leaving(http: httpx.Client) -> dict[str, str]:
    """Return the fields of a logout at the provider, for apps whose package has no logout."""
    return {"client_id": CLIENT_ID, "post_logout_redirect_uri": root_of(http)}


def to_provider(http: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Follow an app to the provider, whose login page this returns, or what it sends back."""
    return http.get(answer.headers["location"])


def sign_in(http: httpx.Client, page: httpx.Response) -> str:
    """Fill in the provider's form; returns the URL that goes back to the app."""
    form = LoginForm.found_in(page.text)
    assert form is not None, f"{page.status_code} {page.url}: {page.text[:400]}"
    answer = http.post(page.url.join(form.action), data=form.fill_in("local|alice"))
    return allow(http, answer)


def allow(http: httpx.Client, answer: httpx.Response) -> str:
    """Return the URL back to the app; some ask for consent, as OpenID says of offline_access."""
    if answer.status_code == 200:
        consent = PostedForm(answer.text)
        fields = {**consent.fields, "consent": "yes"}
        answer = http.post(answer.url.join(consent.action), data=fields)
    return answer.headers["location"]


def with_another_state(url: str) -> str:
    """Return the URL of an answer with a state that nobody sent."""
    state = parse_qs(urlsplit(url).query)["state"][0]
    return str(httpx.URL(url).copy_set_param("state", state[:-4] + "evil"))


@contextmanager
def running(peer: Peer, place: Place) -> Iterator[None]:
    """Run a peer until the block ends; its output goes to a file in its folder."""
    env = {**os.environ, **place.env, "PORT": str(place.port), "BASE_URL": place.base_url}
    with (place.folder / f"{peer.name}.log").open("w") as log:
        process = subprocess.Popen(
            peer.command(place), env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for_port(place.port, process)
            yield
        finally:
            os.killpg(process.pid, 9)
            process.wait(PATIENCE)

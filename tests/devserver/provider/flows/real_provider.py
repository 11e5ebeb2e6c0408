"""A provider on a loopback port, for clients of other projects, and a browser that signs in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
from starlette.types import ASGIApp

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.host import Host
from session_inspector.devserver.provider.flows.organizations import Organization
from session_inspector.devserver.provider.provider import Provider, ProviderSettings
from session_inspector.devserver.provider.registrations import ClientRegistration, User
from tests.waiting import patient_client

APP = "http://127.0.0.1/cb"
"""Nobody listens there: the browser stops before it."""
CLIENT = ClientRegistration(client_id="app", client_secret="secret", redirect_uris=(APP,))
DEVICE = ClientRegistration(client_id="device")
ALICE = User(
    sub="local|alice",
    claims={"name": "Alice", "email": "alice@example.com", "roles": ["admin"]},
)
ACME = Organization(id="org_acme", name="acme", members=("local|alice",))


class Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._is_over = False
        self.feed(html)

    def fill_in(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return its fields with what a person would type or press."""
        return {name: known.get(name, value) for name, value in self.fields.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the fields (called by the parser)."""
        found = {name: value or "" for name, value in attrs}
        if self._is_over:
            return
        if tag == "form":
            self.action = found.get("action", "")
        elif tag in ("input", "button") and found.get("name"):
            self.fields.setdefault(found["name"], found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Stop after the first form (called by the parser)."""
        self._is_over = self._is_over or tag == "form"


@dataclass
class RealProvider:
    """One that runs, and what it has reported."""

    issuer: str
    events: list[Event]
    http: httpx.Client
    host: Host[Provider]
    provider: Provider
    trace: list[str] = field(default_factory=list)
    """Paths that the browser was at."""

    def sign_in(self, url: str, *, consent: str = "yes") -> str:
        """Open a page of the provider, do what each page asks, and return where it ended."""
        answer = self.http.get(url)
        while not answer.is_redirect:
            self.trace.append(answer.url.path)
            form = Form(answer.text)
            if not form.action:
                return answer.text
            filled = form.fill_in({"code": "123456", "username": "local|alice", "consent": consent})
            answer = self.http.post(answer.url.join(form.action), data=filled)
        return answer.headers["location"]

    def turn(self, knobs: Knobs) -> None:
        """Turn the provider's knobs in its own loop."""

        async def turn() -> None:
            self.provider.turn_knobs(knobs)

        self.host.submit(turn()).result()


@contextmanager
def running_provider(*clients: ClientRegistration) -> Iterator[RealProvider]:
    """Run a provider; its clock is the machine's, for a client of another project reads that."""
    listener = bind(0)
    issuer = f"http://127.0.0.1:{port_of(listener)}/"
    events: list[Event] = []
    settings = ProviderSettings(
        issuer=issuer,
        clients=clients or (CLIENT, DEVICE),
        users=[ALICE],
        organizations=[ACME],
    )

    async def build() -> Provider:
        return Provider(settings, SystemClock(), events.append)

    async def close(provider: Provider) -> None: ...

    def apps(provider: Provider) -> dict[int, ASGIApp]:
        return {port_of(listener): provider.app}

    host = Host(build, apps, close, [listener])
    provider = host.start()
    with patient_client() as http:
        yield RealProvider(issuer, events, http, host, provider)
    host.stop()

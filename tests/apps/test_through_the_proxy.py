"""The same logins through `attach`: the app works as without it, and its sessions are seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
import redis

from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.core.commands import Revoke
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.attach.command import attach_settings
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import session_rows
from tests.apps.rows import Rows
from tests.apps.samples import STATEFUL, STATELESS, Sample
from tests.apps.tenants import Person, Tenant, tenant
from tests.servers import PATIENCE, RedisServer, free_port


@dataclass
class Watched:
    """An app behind the proxy, and who uses it."""

    site: Tenant
    attachment: RunningAttachment
    person: Person

    def events(self) -> list[Event]:
        return list(self.attachment.journal.since(0)[0])

    def live(self, client: str = "") -> SessionRow:
        """Return Alice's live session, as soon as it was told of, and of its browser too."""
        news, deadline = threading.Event(), monotonic() + PATIENCE
        stop = self.attachment.journal.on_change(news.set)
        try:
            while monotonic() < deadline:
                news.clear()
                for row in self.rows():
                    is_hers = row.life == "live" and self.site.sample.who in row.who.lower()
                    if is_hers and client in ("", row.client):
                        return row
                news.wait(0.5)
        finally:
            stop()
        raise AssertionError([(row.who, row.life, row.client) for row in self.rows()])

    def rows(self) -> list[SessionRow]:
        """Return the sessions as the terminal app lists them."""
        state = fold(State(), self.events())
        return list(session_rows(state, self.attachment.clock.now()))


@contextmanager
def watched(sample: Sample, folder: Path, store: str = "", **env: str) -> Iterator[Watched]:
    front = free_port()
    with tenant(sample, folder, front=front, **env) as site:
        command = ["attach", f"http://127.0.0.1:{site.port}", "--port", str(front)]
        command += ["--secret", site.env[sample.secret]]
        command += ["--store", store, "--write"] if store else []
        attachment = start_attachment(attach_settings(parse(command)))
        person = site.person()
        try:
            yield Watched(site, attachment, person)
        finally:
            person.close()
            attachment.stop()


@pytest.mark.parametrize("sample", STATELESS, ids=lambda sample: sample.name)
def test_a_login_works_as_without_it_and_is_decrypted(sample: Sample, tmp_path: Path) -> None:
    with watched(sample, tmp_path) as it:
        assert it.person.profile().status_code == 401
        it.person.sign_in()
        page = it.person.profile()
        assert (page.status_code, page.json()["email"]) == (200, "alice@example.com")

        row = it.live()
        assert row.kind == "stateless"

        it.person.sign_out()
        assert it.person.profile().status_code == 401


@pytest.mark.parametrize("sample", STATEFUL, ids=lambda sample: sample.name)
def test_revoking_in_the_store_logs_the_user_out(
    sample: Sample, tmp_path: Path, redis_server: RedisServer
) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    rows = Rows(sample, redis_server.url, tmp_path)
    with watched(sample, tmp_path, rows.url, **rows.where) as it:
        it.person.sign_in()
        assert it.person.profile().status_code == 200
        row = it.live()
        command = it.attachment.control.execute(Revoke(session=row.session))
        reply = it.attachment.submit(command).result(30)
        assert reply.is_ok, reply.message
        assert it.person.profile().status_code == 401

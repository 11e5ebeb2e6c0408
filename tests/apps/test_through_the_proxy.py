"""The same logins through `attach`: the app works as without it, and its sessions are seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.core.commands import Revoke
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.attach.command import attach_settings
from session_inspector.inspector.model.facts.rows import SessionRow
from tests.apps.rows import Rows
from tests.apps.samples import FLASK, STATEFUL, STATELESS, Sample
from tests.apps.tenants import Person, Tenant, tenant
from tests.end_to_end.attached import Attached
from tests.servers import RedisServer, free_port


@dataclass
class Watched:
    """An app behind the proxy, and who uses it."""

    site: Tenant
    attachment: RunningAttachment
    person: Person

    @property
    def heard(self) -> Attached:
        return Attached(self.attachment)

    def revoke(self, row: SessionRow) -> None:
        """Revoke a session, as `v` does."""
        reply = self.heard.send(Revoke(session=row.session))
        assert reply.is_ok, reply.message

    def live(self, client: str = "") -> SessionRow:
        """Return Alice's live session, once it is there, and its browser is known too."""
        self.heard.eventually(lambda: self._live(client))
        return self._live(client)[0]

    def _live(self, client: str) -> list[SessionRow]:
        return [
            row
            for row in self.heard.rows()
            if row.life == "live"
            and self.site.sample.who in row.who.lower()
            and client in ("", row.client)
        ]


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
        it.revoke(it.live())
        assert it.person.profile().status_code == 401


def test_the_documented_first_login_begins_where_its_callback_comes_to(tmp_path: Path) -> None:
    front = free_port()
    with tenant(FLASK, tmp_path, front=front) as site:
        # as docs/frameworks.md has it: the app by the name localhost, nothing said of the proxy's
        command = ["attach", f"http://localhost:{site.port}", "--port", str(front)]
        attachment = start_attachment(attach_settings(parse(command)))
        person = site.person(attachment.base_url)
        try:
            assert attachment.base_url == site.base_url
            person.sign_in()
            assert person.profile().json()["email"] == "alice@example.com"
        finally:
            person.close()
            attachment.stop()

"""Each command on a real app's store, and the app's own answer after it: out means out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import redis

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.commands import Command, Expire, Prune, Revoke, UndoRevoke
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.values import fingerprint
from session_inspector.inspector.model.facts.rows import SessionRow
from tests.apps.rows import Rows
from tests.apps.samples import DJANGO, STATEFUL
from tests.apps.tenants import Person, Tenant, tenant
from tests.end_to_end.attached import Attached, attached
from tests.servers import RedisServer


@pytest.fixture(scope="module", params=STATEFUL, ids=lambda sample: sample.name)
def site(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    redis_server: RedisServer,
) -> Iterator[tuple[Tenant, Rows]]:
    folder = tmp_path_factory.mktemp(request.param.name)
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    rows = Rows(request.param, redis_server.url, folder)
    with tenant(request.param, folder, front=0, **rows.where) as found:
        yield found, rows


@pytest.fixture
def alice(site: tuple[Tenant, Rows]) -> Iterator[Person]:
    found = site[0].person()
    found.sign_in()
    yield found
    found.close()


@pytest.fixture
def bob(site: tuple[Tenant, Rows]) -> Iterator[Person]:
    found = site[0].person()
    found.sign_in("local|bob")
    yield found
    found.close()


@pytest.fixture
def view(site: tuple[Tenant, Rows], alice: Person, bob: Person) -> Iterator[Attached]:
    """Attach to the store after both have signed in."""
    secret = site[0].env[site[0].sample.secret]
    settings = AttachSettings(route=None, store=site[1].url, may_write=True, secrets=[secret])
    with attached(settings) as found:
        found.wait_for(SessionSeen, 2)
        yield found


def stored(rows: Rows) -> dict[str, object]:
    """Return the bytes and the end of all that the app keeps."""
    if rows.sample is DJANGO:
        with sqlite3.connect(rows.file) as db:
            found = db.execute("SELECT * FROM django_session").fetchall()
        db.close()
        return {str(row[0]): row for row in found}
    with redis.Redis.from_url(rows.url) as client:
        names = [str(name, "utf-8") for name in client.scan_iter()]
        return {name: (client.dump(name), client.pexpiretime(name)) for name in names}


def row_of(view: Attached, session_id: str) -> SessionRow:
    name = fingerprint(session_id)
    return next(row for row in view.rows() if row.session == name)


def send(view: Attached, command: Command) -> None:
    reply = view.send(command)
    assert reply.is_ok, reply.message


def id_of(person: Person) -> str:
    report = person.report()
    if report.found is None:  # a bare id is of no certain family: its row tells
        (cookie,) = report.pasted.cookies
        return cookie.value
    return report.found.session_id


def test_revoked_is_out_and_put_back_is_in_with_the_same_bytes_and_end(
    site: tuple[Tenant, Rows], view: Attached, alice: Person, bob: Person
) -> None:
    before = stored(site[1])
    session = row_of(view, id_of(alice)).session
    send(view, Revoke(session=session))
    assert len(stored(site[1])) == len(before) - 1
    assert all(before[name] == row for name, row in stored(site[1]).items())
    send(view, UndoRevoke())
    assert stored(site[1]) == before
    assert alice.profile().status_code == 200
    send(view, Revoke(session=session))
    assert alice.profile().status_code == 401
    assert bob.profile().status_code == 200


def test_ended_is_out_and_nobody_else(
    site: tuple[Tenant, Rows], view: Attached, alice: Person, bob: Person
) -> None:
    send(view, Expire(session=row_of(view, id_of(alice)).session, clock="inactivity"))
    assert alice.profile().status_code == 401
    assert bob.profile().status_code == 200
    send(view, Prune(is_dry=False))
    assert bob.profile().status_code == 200

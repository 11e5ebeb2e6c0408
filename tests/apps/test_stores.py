"""Real apps with sessions in a store: the provider ends them, and whoever deletes the row."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis

from session_inspector.devserver.core.commands import RevokeAtProvider
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.apps.rows import Rows
from tests.apps.samples import STATEFUL
from tests.apps.tenants import Person, Tenant, tenant
from tests.servers import RedisServer

TOLD = [sample for sample in STATEFUL if sample.backchannel]
"""The apps that take logout tokens."""


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
def person(site: tuple[Tenant, Rows]) -> Iterator[Person]:
    found = site[0].person()
    yield found
    found.close()


def test_login_leaves_a_row_that_is_read(
    site: tuple[Tenant, Rows], person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    found, rows = site
    person.sign_in()
    assert person.profile().json()["email"] == "alice@example.com"
    secret = ["--secret", found.env[found.sample.secret]]
    assert run(parse(["sessions", "list", "--store", rows.url, "--json", *secret])) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) == 1
    person.sign_out()
    assert person.profile().status_code == 401


def test_whoever_deletes_the_row_logs_the_user_out(
    site: tuple[Tenant, Rows], person: Person
) -> None:
    person.sign_in()
    report = person.report()
    if report.found is None:  # a bare id is of no certain family: its row tells
        assert site[0].sample.family in report.reason
        session_id = report.pasted.cookies[0].value
    else:
        assert report.found.family == site[0].sample.family
        session_id = report.found.session_id
    assert site[1].delete(session_id) == 1
    assert person.profile().status_code == 401


@pytest.mark.parametrize("site", TOLD, ids=lambda sample: sample.name, indirect=True)
def test_the_provider_ends_the_session_by_back_channel(
    site: tuple[Tenant, Rows], person: Person
) -> None:
    found = site[0]
    person.sign_in("local|bob")
    reply = found.lab.send(RevokeAtProvider(user="local|bob"))
    assert reply.is_ok, reply.message
    sent = [delivery for delivery in found.deliveries() if delivery.sub == "local|bob"]
    assert [(d.status // 100, d.reason) for d in sent] == [(2, "")]
    assert person.profile().status_code == 401

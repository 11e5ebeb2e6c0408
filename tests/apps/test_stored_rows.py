"""Rows of Spring Session, scs and PHP: recognised, ended and restored, as the real app answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
import redis

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.commands import Command, Expire, Prune, Revoke, UndoRevoke
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.formats.go.scs import hash_token
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.apps.stored import SAMPLES, StoredApp, StoredSample, new_database, running_app
from tests.end_to_end.attached import Attached, attached
from tests.engines import PostgresServer
from tests.servers import RedisServer

NUMBERS = count(1)


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda sample: sample.name)
def app(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    redis_server: RedisServer,
) -> Iterator[StoredApp]:
    sample: StoredSample = request.param

    def database() -> str:
        server = request.getfixturevalue("postgres_server")
        assert isinstance(server, PostgresServer)
        return new_database(server, f"stored{next(NUMBERS)}")

    folder = tmp_path_factory.mktemp(sample.name)
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    with running_app(sample, redis_server, database, folder) as found:
        yield found


@pytest.fixture
def ann(app: StoredApp) -> str:
    return app.sign_in("ann")


@pytest.fixture
def bob(app: StoredApp) -> str:
    return app.sign_in("bob")


@pytest.fixture
def view(app: StoredApp, ann: str, bob: str) -> Iterator[Attached]:
    """Attach to the store after both have signed in; its layout is recognised."""
    with attached(AttachSettings(route=None, store=app.url, may_write=True)) as found:
        wanted = {name_of(app, ann), name_of(app, bob)}
        found.eventually(lambda: wanted <= {seen.session for seen in found.told(SessionSeen)})
        yield found


def name_of(app: StoredApp, session_id: str) -> str:
    """Return the name of a session whose cookie was not seen yet."""
    if app.sample.env.get("HASH"):
        return fingerprint(hash_token(session_id))
    return fingerprint(session_id)


def send(view: Attached, command: Command) -> None:
    reply = view.send(command)
    assert reply.is_ok, reply.message


def test_a_row_says_whose_it_is_and_when_it_ends(app: StoredApp, view: Attached, ann: str) -> None:
    seen = [one for one in view.told(SessionSeen) if one.session == name_of(app, ann)]
    facts = seen[-1].facts
    assert (facts.sub, facts.unusable) == ("ann", "")
    ends = [timer.ends for timer in facts.timers if timer.ends_session]
    assert min(end for end in ends if end is not None) - view.running.clock.now() > 1000


def test_looking_changes_nothing(app: StoredApp, ann: str, bob: str) -> None:
    before = app.stored()
    with attached(AttachSettings(route=None, store=app.url)) as view:
        view.wait_for(SessionSeen, 2)
    assert app.stored() == before


def test_revoked_is_out_and_put_back_is_in_with_the_same_bytes_and_end(
    app: StoredApp, view: Attached, ann: str, bob: str
) -> None:
    before = app.stored()
    send(view, Revoke(session=name_of(app, ann)))
    assert app.stored() != before
    send(view, UndoRevoke())
    assert app.stored() == before
    assert app.is_signed_in(ann)
    send(view, Revoke(session=name_of(app, ann)))
    assert (app.is_signed_in(ann), app.is_signed_in(bob)) == (False, True)


def test_ended_is_out_and_nobody_else(app: StoredApp, view: Attached, ann: str, bob: str) -> None:
    send(view, Expire(session=name_of(app, ann), clock="inactivity"))
    assert not app.is_signed_in(ann)
    assert app.is_signed_in(bob)
    send(view, Prune(is_dry=False))
    assert (app.is_signed_in(ann), app.is_signed_in(bob)) == (False, True)


def test_the_command_line_ends_a_session(app: StoredApp, ann: str, bob: str) -> None:
    place = ["--store", app.url]
    assert run(parse(["sessions", "expire", name_of(app, ann), *place])) == 0
    assert run(parse(["sessions", "revoke", name_of(app, bob), *place])) == 0
    assert (app.is_signed_in(ann), app.is_signed_in(bob)) == (False, False)

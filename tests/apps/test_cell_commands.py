"""Each command on the rows of each framework of `clocks`, and its own answer after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
import redis

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.commands import Command, Expire, Prune, Revoke, UndoRevoke
from session_inspector.devserver.core.events.session import SessionSeen
from tests.apps.clocks.cells import GROUPS, SECRET, Group, Visitor, cells_of, client_of
from tests.apps.stored import new_database
from tests.end_to_end.attached import Attached, attached
from tests.engines import MongoServer, PostgresServer
from tests.servers import RedisServer

LIFE = 3600
NUMBERS = count(1)
"""Of databases: each test has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Two people who have signed in to one app, and the store that is watched."""

    client: httpx.AsyncClient
    ann: Visitor
    bob: Visitor
    view: Attached

    async def who_is_in(self) -> tuple[bool, bool]:
        """Ask the app."""
        ann = await self.ann.is_signed_in(self.client)
        return ann, await self.bob.is_signed_in(self.client)

    def send(self, command: Command) -> None:
        reply = self.view.send(command)
        assert reply.is_ok, reply.message


@pytest.fixture(params=GROUPS, ids=lambda group: group.name)
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    group: Group = request.param
    server = request.getfixturevalue(f"{group.engine}_server") if group.engine else None
    app_url, url = await asyncio.to_thread(store_of, group, server, tmp_path)
    with cells_of(group, app_url, tmp_path, life=LIFE, ttl=LIFE) as cells:
        async with client_of(f"http://127.0.0.1:{cells.port}") as client:
            ann, bob = (Visitor(cell=cells.names[0], is_active=True) for _ in range(2))
            await ann.sign_in(client)
            await bob.sign_in(client)
            settings = AttachSettings(
                route=None, store=url, layout=group.layout, may_write=True, secrets=[SECRET]
            )
            with attached(settings) as view:
                names = {ann.session, bob.session}
                view.eventually(lambda: names <= {seen.session for seen in view.told(SessionSeen)})
                yield Site(client=client, ann=ann, bob=bob, view=view)


def store_of(group: Group, server: object, folder: Path) -> tuple[str, str]:
    """Return the URL of an empty store for the app, and for the tool."""
    if not group.engine:
        file = folder / "app.db"
        is_alchemy = group.env["STORE"] == "sqlalchemy"
        return f"sqlite:///{file}" if is_alchemy else f"sqlite://{file}", f"sqlite://{file}"
    name = f"cells_{next(NUMBERS)}"
    if isinstance(server, RedisServer):
        with redis.Redis.from_url(server.url) as client:
            client.flushall()
        return server.url, server.url
    if isinstance(server, MongoServer):
        url = server.url.replace("/auth", f"/{name}")
        return url, url
    assert isinstance(server, PostgresServer)
    url = new_database(server, name)
    return url, url


async def test_out_means_out_and_put_back_is_in(site: Site) -> None:
    assert await site.who_is_in() == (True, True)
    site.send(Revoke(session=site.ann.session))
    site.send(UndoRevoke())
    assert await site.who_is_in() == (True, True)
    site.send(Revoke(session=site.ann.session))
    assert await site.who_is_in() == (False, True)


async def test_ended_is_out_and_nobody_else(site: Site) -> None:
    site.send(Expire(session=site.ann.session, clock="inactivity"))
    assert await site.who_is_in() == (False, True)
    site.send(Prune(is_dry=False))
    assert await site.who_is_in() == (False, True)

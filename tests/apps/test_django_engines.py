"""Django's session engines: what a revoked row means to the real app, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.commands import Expire, Revoke
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.inspector.model.views.export import session_json
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.apps.clocks.cells import SECRET, Group, Visitor, cells_of, client_of
from tests.end_to_end.attached import Attached, attached
from tests.inspector.agreement import disagreements

LIFE = 3600


@contextmanager
def django(engine: str, folder: Path) -> Iterator[tuple[Attached, Visitor]]:
    """Run Django with one engine over a database of its own, behind the proxy."""
    url = f"sqlite://{folder / 'app.db'}"
    env = {"FRAMEWORK": "django", "STORE": engine}
    group = Group(name=engine, layout="django", script="app.py", env=env, engine="")
    with cells_of(group, url, folder, life=LIFE, ttl=LIFE) as cells:
        settings = AttachSettings(
            route=route_to(f"http://127.0.0.1:{cells.port}"),
            store=url,
            layout="django",
            may_write=True,
            secrets=[SECRET],
        )
        with attached(settings) as view:
            yield view, Visitor(cell="still-kept-age-default", is_active=True)


@pytest.mark.parametrize(
    ("engine", "is_still_in"), [("db", False), ("cached_db", True)], ids=["db", "cached_db"]
)
@pytest.mark.parametrize("command", ["revoke", "expire"])
async def test_a_row_that_has_gone_is_a_logout_unless_a_cache_has_a_copy(
    tmp_path: Path, engine: str, is_still_in: bool, command: str
) -> None:
    with django(engine, tmp_path) as (view, visitor):
        async with client_of(view.base_url) as client:
            await visitor.sign_in(client)
            view.row_once(lambda row: row.session == visitor.session)
            asked: Revoke | Expire = Revoke(session=visitor.session)
            if command == "expire":
                asked = Expire(session=visitor.session, clock="inactivity")
            reply = view.send(asked)
            assert reply.is_ok
            assert "cached_db" in reply.message, "the row of either engine is the same"
            assert await visitor.is_signed_in(client) is is_still_in


@pytest.mark.parametrize("is_guard_seen", [False, True], ids=["first visit", "401 seen before"])
@pytest.mark.parametrize("engine", ["db", "cached_db"])
async def test_a_revoked_session_that_the_cache_still_has_is_never_shown_as_revoked(
    tmp_path: Path, engine: str, is_guard_seen: bool
) -> None:
    with django(engine, tmp_path) as (view, visitor):
        async with client_of(view.base_url) as client:
            if is_guard_seen:
                assert not await visitor.is_signed_in(client)
            await visitor.sign_in(client)
            view.row_once(lambda row: row.session == visitor.session)
            assert view.send(Revoke(session=visitor.session)).is_ok
            (row,) = view.rows()
            assert row.life == "revoked"
            assert "the copy in Django's cache counts until it ends there" in row.reason
            asked = view.told(ExchangeEnded)
            is_in = await visitor.is_signed_in(client)
            view.eventually(lambda: len(view.told(ExchangeEnded)) > len(asked))
        (row,) = view.rows()
        lives = {"db": "revoked", "cached_db": "accepted" if is_guard_seen else "in-doubt"}
        assert (row.life, is_in) == (lives[engine], engine == "cached_db")
        state = view.state()
        now = view.running.clock.now()
        assert disagreements(state, now) == []
        lamps = {lamp.name: lamp.how for lamp in lamps_of(state, row.session, now)}
        assert (lamps["store row"], lamps["cookie"] == "● alive") == ("○ dead", is_in)
        assert json.loads(session_json(state, row.session, now))["life"] == row.life
        kinds = {alarm.kind for alarm in state.alarms.raised}
        assert ("copy accepted" in kinds) is (row.life == "accepted")


async def test_a_session_in_a_signed_cookie_has_no_row_to_revoke(tmp_path: Path) -> None:
    with django("signed_cookies", tmp_path) as (view, visitor):
        async with client_of(view.base_url) as client:
            await visitor.ask(client, "login")
            row = view.only_row()
            assert row.kind == "stateless"
            reply = view.send(Revoke(session=row.session))
            assert (reply.is_ok, "no row of session" in reply.message) == (False, True)
            assert await visitor.is_signed_in(client)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("k3y", "copy in Django's cache"),
        (":1:django.contrib.sessions.cached_dbk3y", "a row of it in django_session"),
        (":1:django.contrib.sessions.cachek3y", ""),
    ],
)
def test_where_else_a_session_lives_is_told_by_its_key(key: str, said: str) -> None:
    found = find_layout("django").warn_of_copy(key)
    assert said in found
    assert bool(found) == bool(said)

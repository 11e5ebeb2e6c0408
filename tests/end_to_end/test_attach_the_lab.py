"""The lab as somebody's app behind `attach`: it works as without, and each cookie is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.commands import (
    Expire,
    Login,
    Prune,
    Reveal,
    Revoke,
    UndoRevoke,
)
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginSucceeded
from session_inspector.devserver.core.events.server import UpstreamStateChanged
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.values import ShownObject
from session_inspector.devserver.core.wire import event_to_json
from tests.end_to_end.attached import attached
from tests.end_to_end.heard import E
from tests.end_to_end.lab import Lab, running_lab, sign_in
from tests.end_to_end.lab_attached import SECRET, browser, lab_and_proxy
from tests.servers import RedisServer, free_port
from tests.waiting import patient_client

PAGES = ("/", "/protected", "/auth/profile", "/nowhere")


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    found = RedisServer(tmp_path_factory.mktemp("redis"))
    yield found.url
    found.kill()


def visit(http: httpx.Client, base_url: str) -> list[tuple[int, str, list[str]]]:
    """Look around and log out; returns what a browser would notice."""
    said = [_noticed(http.get(base_url + page)) for page in PAGES]
    said.append(_noticed(http.get(f"{base_url}/auth/logout")))
    return [*said, _noticed(http.get(f"{base_url}/auth/profile"))]


def _noticed(answer: httpx.Response) -> tuple[int, str, list[str]]:
    names = sorted(
        re.sub("__txn_.*", "__txn_", line.partition("=")[0])
        for one in [*answer.history, answer]
        for line in one.headers.get_list("set-cookie")
    )
    return answer.status_code, answer.url.path, names


def test_the_app_works_as_without_the_proxy(tmp_path: Path) -> None:
    with running_lab(tmp_path / "direct", kind="stateless") as lab, browser() as http:
        direct = [_noticed(sign_in(http, lab.base_url, "alice")), *visit(http, lab.base_url)]
    with lab_and_proxy(tmp_path / "app", kind="stateless") as (_, proxy), browser() as http:
        signed_in = _noticed(sign_in(http, proxy.base_url, "alice"))
        assert [signed_in, *visit(http, proxy.base_url)] == direct


def _of_the_app(lab: Lab, kind: type[E]) -> list[E]:
    """Return what the lab's own tap heard of the app, and not of its provider."""
    events = lab.events()
    app = {e.exchange for e in events if isinstance(e, ExchangeStarted) and e.party == "app"}
    return [e for e in events if isinstance(e, kind) and e.cause in app]


def _without_end(event: SessionWritten) -> ShownObject:
    """Return what was inside, but for the seal's own end, which the lab tells as a timer."""
    return {name: value for name, value in event.facts.data.items() if name != "exp"}


@pytest.mark.parametrize("kind", ["stateless", "stateful"])
def test_each_cookie_is_opened_and_the_app_itself_agrees(
    tmp_path: Path, redis_url: str, kind: str
) -> None:
    store = f"{redis_url}?prefix={kind}:" if kind == "stateful" else ""
    with lab_and_proxy(tmp_path, store, kind=kind) as (lab, proxy), browser() as http:
        sign_in(http, proxy.base_url, "alice")
        proxy.wait_for(SessionWritten)
        visit(http, proxy.base_url)
        proxy.wait_for(ExchangeEnded, len(_of_the_app(lab, ExchangeEnded)))
        for what in (ExchangeStarted, CookieSet, SessionWritten, SessionDestroyed):
            ours = proxy.told(what)
            theirs = _of_the_app(lab, what)
            assert len(ours) == len(theirs) > 0, what
        for mine, its in zip(
            proxy.told(SessionWritten), _of_the_app(lab, SessionWritten), strict=True
        ):
            assert (mine.session, mine.reason) == (its.session, its.reason)
            assert (mine.facts.sub, mine.facts.sid) == (its.facts.sub, its.facts.sid)
            assert _without_end(mine) == _without_end(its)
            ends = {t.name: t.ends for t in mine.facts.timers if t.ends is not None}
            known = {t.name: t.ends for t in its.facts.timers if t.ends is not None}
            for name in ends.keys() & known.keys():
                assert ends[name] == pytest.approx(known[name], abs=2), name
            assert {"access_token"} < set(ends)
        assert [one.sub for one in proxy.told(LoginSucceeded)] == ["local|alice"]
        proxy.eventually(lambda: [row.life for row in proxy.rows()] == ["logged-out"])


def test_what_is_told_names_no_secret(tmp_path: Path) -> None:
    with lab_and_proxy(tmp_path, kind="stateless") as (_, proxy), browser() as http:
        sign_in(http, proxy.base_url, "alice")
        proxy.wait_for(SessionLoaded)
        cookie = next(value for name, value in http.cookies.items() if "session" in name)
        told = "\n".join(event_to_json(event) for event in proxy.events())
        assert cookie[:40] not in told
        assert SECRET not in told
        assert "eyJ" not in told
        secret = proxy.told(CookieSet)[-1].value
        assert proxy.send(Reveal(digest=secret.digest)).value == secret.reveal()


def test_revoking_the_row_logs_the_user_out_and_undo_brings_him_back(
    tmp_path: Path, redis_url: str
) -> None:
    store = f"{redis_url}?prefix=revoke:"
    kept = lab_and_proxy(tmp_path, store, may_write=True, kind="stateful")
    with kept as (_, proxy), browser() as http:
        sign_in(http, proxy.base_url, "alice")
        session = proxy.wait_for(SessionWritten)[0].session
        assert http.get(f"{proxy.base_url}/protected").status_code == 200
        reply = proxy.send(Revoke(session=session))
        assert reply.is_ok, reply.message
        assert http.get(f"{proxy.base_url}/protected").status_code == 401
        assert proxy.wait_for(SessionDestroyed)[0].reason == "revoked"


def test_undo_and_expire_work_on_the_row(tmp_path: Path, redis_url: str) -> None:
    store = f"{redis_url}?prefix=undo:"
    kept = lab_and_proxy(tmp_path, store, may_write=True, kind="stateful")
    with kept as (_, proxy), browser() as http:
        sign_in(http, proxy.base_url, "alice")
        session = proxy.wait_for(SessionWritten)[0].session
        assert proxy.send(Revoke(session=session)).is_ok
        assert proxy.send(UndoRevoke()).is_ok
        assert http.get(f"{proxy.base_url}/protected").status_code == 200
        reply = proxy.send(Expire(session=session, clock="inactivity"))
        assert reply.is_ok, reply.message
        assert http.get(f"{proxy.base_url}/protected").status_code == 401


def test_without_write_the_store_is_not_changed(tmp_path: Path, redis_url: str) -> None:
    store = f"{redis_url}?prefix=readonly:"
    with lab_and_proxy(tmp_path, store, kind="stateful") as (_, proxy), browser() as http:
        sign_in(http, proxy.base_url, "alice")
        session = proxy.wait_for(SessionWritten)[0].session
        for command in (
            Revoke(session=session),
            Expire(session=session, clock="inactivity"),
            UndoRevoke(),
            Prune(is_dry=False),
        ):
            reply = proxy.send(command)
            assert not reply.is_ok
            assert "--write" in reply.message
        assert proxy.send(Prune(is_dry=True)).is_ok
        assert http.get(f"{proxy.base_url}/protected").status_code == 200
        assert "your browser" in proxy.send(Login(user="alice")).message


def test_the_store_alone_is_watched_without_a_proxy(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/s.db"
    with running_lab(tmp_path, kind="stateful", store=url, create_store=True) as lab:
        alone = AttachSettings(route=None, store=url, may_write=True)
        with attached(alone) as view, browser() as http:
            sign_in(http, lab.base_url, "alice")
            session = view.wait_for(SessionSeen)[0].session
            assert view.send(Revoke(session=session)).is_ok
            assert http.get(f"{lab.base_url}/protected").status_code == 401
            http.cookies.clear()
            sign_in(http, lab.base_url, "bob")
            bobs = view.wait_for(SessionSeen, 2)[1].session
            assert lab.send(Revoke(session=bobs)).is_ok
            assert view.wait_for(SessionVanished)[0].session == bobs


def test_an_app_that_is_down_at_the_start_is_said_and_waited_for(tmp_path: Path) -> None:
    port = free_port()
    settings = AttachSettings(route=route_to(f"http://127.0.0.1:{port}"))
    with attached(settings) as proxy, patient_client() as http:
        assert "does not answer yet" in proxy.running.warning
        assert http.get(proxy.base_url).status_code == 502
        with running_lab(tmp_path, port=str(port)):
            assert http.get(f"{proxy.base_url}/").status_code == 200
            assert [e.is_up for e in proxy.wait_for(UpstreamStateChanged, 2)] == [False, True]

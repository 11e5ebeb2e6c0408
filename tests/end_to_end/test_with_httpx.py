"""Log in, roll, revoke, expire, log out: both kinds, every engine, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.commands import Expire, MoveClock, Revoke
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionRefused,
    SessionWritten,
)
from session_inspector.devserver.lab.browser import LoginForm
from tests.end_to_end.heard import moved_by
from tests.end_to_end.lab import Lab, running_lab, sign_in
from tests.servers import RedisServer
from tests.waiting import patient_client

STORES = ("sqlite", "redis", "postgresql", "mongodb", "dynamodb", "redis+cluster")
CARRIERS = [*(("stateful", name) for name in STORES), ("stateless", "sqlite")]


def url_of(name: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Return a store of this test's own; its server starts when it is asked for."""
    own = "t" + "".join(filter(str.isalnum, folder.name))[-40:]
    match name:
        case "sqlite":
            return f"sqlite://{folder}/sessions.db"
        case "redis":
            return f"{request.getfixturevalue('redis_server').url}?prefix={own}:"
        case "redis+cluster":
            return f"{request.getfixturevalue('redis_cluster').url}?prefix={own}:"
        case "postgresql":
            return f"{request.getfixturevalue('postgres_server').url}?table={own}"
        case "mongodb":
            return f"{request.getfixturevalue('mongodb_server').url}?collection={own}"
        case _:
            address = request.getfixturevalue("dynamodb_server").url.rpartition("/")[0]
            return f"{address}/{own}"


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    kind, store = request.param
    url = url_of(store, tmp_path, request)
    with running_lab(tmp_path, kind=kind, store=url, create_store=True) as found:
        yield found


def cookie_of(http: httpx.Client) -> dict[str, str]:
    return {c.name: c.value or "" for c in http.cookies.jar if c.name.startswith("__session")}


@pytest.mark.parametrize("lab", CARRIERS, indirect=True, ids="-".join)
def test_the_whole_life_of_a_session(lab: Lab) -> None:
    with patient_client() as http:
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        page = sign_in(http, lab.base_url, "local|alice")
        assert (str(page.url), page.status_code) == (f"{lab.base_url}/protected", 200)
        assert "Alice Archer" in page.text
        profile = http.get(f"{lab.base_url}/auth/profile")
        assert profile.json()["sub"] == "local|alice"
        assert profile.headers["cache-control"].startswith("private, no-cache, no-store")

        before = cookie_of(http)
        row = lab.only_row()
        began = stopwatch()
        assert lab.send(MoveClock(seconds=3600)).is_ok
        assert http.get(f"{lab.base_url}/protected").status_code == 200
        assert cookie_of(http) != before
        rolled = lab.row_once(lambda rolled: moved_by(row, rolled) >= 3600 - 1)
        # the lab's clock also ran while the server was at work
        assert moved_by(row, rolled) <= 3600 + 1 + stopwatch() - began

        token = http.get(f"{lab.base_url}/auth/access-token").json()
        assert token["expires_in"] > 3000

        assert lab.send(MoveClock(seconds=86_400 + 16)).is_ok
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        assert lab.wait_for(SessionRefused)[-1].code == "inactivity"
        lab.row_once(lambda row: row.life == "expired")


@pytest.mark.parametrize("lab", CARRIERS, indirect=True, ids="-".join)
def test_the_earlier_of_two_durations_ends_it(lab: Lab) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "bob")
        for _ in range(3):
            lab.send(MoveClock(seconds=80_000))
            assert http.get(f"{lab.base_url}/protected").status_code == 200
        lab.send(MoveClock(seconds=259_200 - 240_000 + 16))
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        assert lab.wait_for(SessionRefused)[-1].code == "absolute"


@pytest.mark.parametrize("lab", CARRIERS[:2], indirect=True, ids="-".join)
def test_a_revoked_session_is_out_at_the_next_click_and_stays_out(lab: Lab) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        row = lab.only_row()
        assert lab.send(Revoke(session=row.session)).is_ok
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        lab.row_once(lambda row: row.life == "revoked")
        assert not lab.send(Revoke(session=row.session)).is_ok


@pytest.mark.parametrize("lab", [("stateless", "sqlite")], indirect=True, ids=["stateless"])
def test_a_stateless_session_says_that_it_cannot_be_revoked(lab: Lab) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        reply = lab.send(Revoke(session=lab.only_row().session))
        assert (reply.is_ok, "its cookie is the session" in reply.message) == (False, True)
        assert http.get(f"{lab.base_url}/protected").status_code == 200


@pytest.mark.parametrize("lab", CARRIERS, indirect=True, ids="-".join)
@pytest.mark.parametrize("clock", ["inactivity", "absolute"])
def test_one_clock_can_be_expired_by_hand(lab: Lab, clock: str) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        session = lab.only_row().session
        command = Expire(session=session, clock="absolute")
        if clock == "inactivity":
            command = Expire(session=session, clock="inactivity")
        assert lab.send(command).is_ok
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        lab.row_once(lambda row: row.life == "expired")


@pytest.mark.parametrize("lab", CARRIERS, indirect=True, ids="-".join)
def test_an_expired_access_token_is_refreshed_at_the_next_question(lab: Lab) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        old = http.get(f"{lab.base_url}/auth/access-token").json()["token"]
        lab.send(Expire(session=lab.only_row().session, clock="access_token"))
        fresh = http.get(f"{lab.base_url}/auth/access-token")
        assert fresh.status_code == 200
        assert fresh.json()["token"] != old
        lab.eventually(lambda: "refresh" in [e.reason for e in lab.told(SessionWritten)])


@pytest.mark.parametrize("lab", CARRIERS, indirect=True, ids="-".join)
def test_logout_ends_it_here_and_at_the_provider(lab: Lab) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        page = http.get(f"{lab.base_url}/auth/logout", follow_redirects=True)
        assert "Nobody is signed in" in page.text
        assert cookie_of(http) == {}
        again = http.get(f"{lab.base_url}/auth/login", follow_redirects=True)
        assert "Who are you today?" in again.text
        lab.row_once(lambda row: row.life == "logged-out")


@pytest.mark.parametrize("lab", CARRIERS, indirect=True, ids="-".join)
def test_a_new_login_has_a_new_id_and_ends_the_old_session(lab: Lab) -> None:
    with patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        lab.send(MoveClock(seconds=5))
        http.get(f"{lab.base_url}/auth/login?prompt=login", follow_redirects=False)
        page = http.get(
            f"{lab.base_url}/auth/login?prompt=login&returnTo=/protected", follow_redirects=True
        )
        form = LoginForm.found_in(page.text)
        assert form is not None
        http.post(page.url.join(form.action), data=form.fill_in("bob"), follow_redirects=True)
        lives = {"Alice Archer": "replaced", "Bob Baker": "live"}
        lab.eventually(lambda: {row.who: row.life for row in lab.rows()} == lives)
    assert [e.reason for e in lab.told(SessionDestroyed)] == ["replaced"]


def test_a_store_that_dies_becomes_a_state_and_comes_back(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    try:
        with running_lab(tmp_path, store=server.url) as lab, patient_client() as http:
            sign_in(http, lab.base_url, "alice")
            server.kill()
            answer = http.get(f"{lab.base_url}/protected")
            assert (answer.status_code, "try again" in answer.text) == (503, True)
            assert store_states(lab)[-1:] == [False], "who got the 503 sees why at once"
            assert "store away" in {alarm.kind for alarm in lab.state().alarms.raised}
            server.start()
            lab.eventually(lambda: store_states(lab)[-1:] == [True])
            assert http.get(f"{lab.base_url}/protected").status_code == 401
            http.get(f"{lab.base_url}/auth/login", follow_redirects=True)
            assert http.get(f"{lab.base_url}/protected").status_code == 200
    finally:
        server.kill()


def test_a_revocation_list_that_dies_is_reported_where_a_request_meets_it(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    flags = {"kind": "stateless", "revocation": "store", "store": server.url}
    try:
        with running_lab(tmp_path, **flags) as lab, patient_client() as http:
            sign_in(http, lab.base_url, "alice")
            server.kill()
            assert http.get(f"{lab.base_url}/protected").status_code == 503
            assert store_states(lab) == [False]
            assert "store away" in {alarm.kind for alarm in lab.state().alarms.raised}
            server.start()
            assert http.get(f"{lab.base_url}/protected").status_code == 200
            assert store_states(lab) == [False, True]
    finally:
        server.kill()


def test_a_file_that_is_moved_away_is_a_503_and_nothing_is_lost_when_it_is_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sessions.db"
    with (
        running_lab(tmp_path, store=f"sqlite://{path}", create_store=True) as lab,
        patient_client() as http,
    ):
        sign_in(http, lab.base_url, "alice")
        path.rename(tmp_path / "away.db")
        answer = http.get(f"{lab.base_url}/protected")
        assert (answer.status_code, "set-cookie" in answer.headers) == (503, False)
        assert store_states(lab)[-1:] == [False], "who got the 503 sees why at once"
        assert not path.exists()
        (tmp_path / "away.db").rename(path)
        lab.eventually(lambda: store_states(lab)[-1:] == [True])
        assert http.get(f"{lab.base_url}/protected").status_code == 200


def store_states(lab: Lab) -> list[bool]:
    return [e.is_up for e in lab.told(StoreStateChanged)]


def test_an_outside_issuer_works_as_well(tmp_path: Path) -> None:
    with running_lab(tmp_path, store="memory://") as tenant:
        issuer = tenant.running.issuer
        with (
            running_lab(tmp_path, store="memory://", issuer=issuer) as lab,
            patient_client() as http,
        ):
            page = sign_in(http, lab.base_url, "alice")
            assert (page.status_code, "Alice Archer" in page.text) == (200, True)
            assert (
                http.get(f"{lab.base_url}/auth/access-token").json()["scope"].startswith("openid")
            )
            gone = http.get(f"{lab.base_url}/auth/logout", follow_redirects=True)
            assert "Nobody is signed in" in gone.text
            lab.eventually(lambda: [row.life for row in lab.rows()] == ["logged-out"])


def test_with_a_revocation_list_stateless_sessions_can_be_revoked(tmp_path: Path) -> None:
    flags = {"kind": "stateless", "revocation": "store", "store": f"sqlite://{tmp_path}/r.db"}
    with running_lab(tmp_path, **flags) as lab, patient_client() as http:
        sign_in(http, lab.base_url, "alice")
        row = lab.only_row()
        assert lab.send(Revoke(session=row.session)).is_ok
        assert http.get(f"{lab.base_url}/protected").status_code == 401
        lab.eventually(lambda: [found.life for found in lab.rows()] == ["revoked"])

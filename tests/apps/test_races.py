"""Express on connect-redis: requests that meet a logout, or each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import (
    RowRead,
    SessionResurrected,
    SessionVanished,
    SessionWritten,
)
from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.views.detail import store_fields
from tests.apps.test_express_session import APP, SECRET, fresh_database
from tests.apps.watching import watching
from tests.end_to_end.attached import Attached
from tests.servers import RedisServer
from tests.waiting import patient_client

STORED = pytest.mark.parametrize("is_stored", [True, False], ids=["with store", "without"])


@contextmanager
def watched(
    server: RedisServer, folder: Path, *, is_stored: bool = True, is_secret_known: bool = True
) -> Iterator[Attached]:
    """Watch the app; without a store only its traffic."""
    url = fresh_database(server, "races")
    env = {"SECRET": SECRET, "REDIS_URL": url}
    secret = SECRET if is_secret_known else ""
    store = url if is_stored else ""
    with watching(APP, env, folder, secret=secret, store=store) as it:
        yield it


def returning(it: Attached, cookies: Mapping[str, str]) -> httpx.Client:
    """Return a browser with the cookies of another."""
    found = patient_client(it.base_url)
    found.cookies.update(dict(cookies))
    return found


class Held:
    """A request whose answer the app holds back."""

    def __init__(self, it: Attached, ask: Callable[[], None]) -> None:
        self._it = it
        self._thread = threading.Thread(target=ask)
        self._thread.start()

    def finish(self) -> None:
        """Have it answered, and wait for that."""
        with patient_client(self._it.base_url) as other:
            other.get("/release")
        self._thread.join()


def begin(it: Attached, person: httpx.Client, path: str) -> Held:
    """Send a request that is held, and return once it is under way, and all is known of that."""
    cookies = dict(person.cookies)

    def ask() -> None:
        with returning(it, cookies) as other:
            other.get(path)

    found = Held(it, ask)
    it.eventually(lambda: [one for one in it.told(ExchangeStarted) if one.path == path])
    it.running.settle()
    return found


@STORED
@pytest.mark.parametrize("way", ["/kill", "/destroy"])
def test_a_logout_that_a_slow_request_undoes_is_a_resurrection(
    redis_server: RedisServer, tmp_path: Path, way: str, is_stored: bool
) -> None:
    with watched(redis_server, tmp_path, is_stored=is_stored) as it:
        with patient_client(it.base_url) as person:
            person.get("/login?name=alice")
            cookies = dict(person.cookies)
            if is_stored:  # before any row is there, no layout is known by which it would be read
                it.row_once(lambda row: "alice" in row.who)
            slow = begin(it, person, "/set?name=n&hold=1")
            person.post(way)
            if is_stored:
                it.eventually(lambda: it.told(SessionVanished))
        with returning(it, cookies) as person:
            assert person.get("/profile").status_code == 401
            slow.finish()
            assert person.get("/profile").status_code == 200
        it.eventually(lambda: it.told(SessionResurrected))
        (event,) = it.told(SessionResurrected)
        assert event.reason.startswith("GET /set had begun before its end")
        (alarm,) = it.state().alarms.raised
        assert (alarm.kind, alarm.cause) == ("resurrection", event.cause)
        (row,) = it.rows()
        assert row.life == "live"


@STORED
@pytest.mark.parametrize("way", ["/kill", "/destroy"])
def test_a_logout_while_nothing_is_under_way_stays_one(
    redis_server: RedisServer, tmp_path: Path, way: str, is_stored: bool
) -> None:
    with watched(redis_server, tmp_path, is_stored=is_stored) as it:
        with patient_client(it.base_url) as person:
            person.get("/login?name=alice")
            cookies = dict(person.cookies)
            person.get("/set?name=n")
            person.post(way)
        with returning(it, cookies) as person:
            assert person.get("/profile").status_code == 401
        it.eventually(lambda: [row for row in it.rows() if row.life != "live"])
        assert it.told(SessionResurrected) == []
        assert it.state().alarms.raised == ()


@pytest.mark.parametrize("keep", ["", "&keep=1"], ids=["a new id", "the id of before"])
def test_a_login_by_a_form_is_seen_on_the_wire(
    redis_server: RedisServer, tmp_path: Path, keep: str
) -> None:
    with watched(redis_server, tmp_path) as it, patient_client(it.base_url) as person:
        person.get("/form")
        it.row_once(lambda row: row.last_request is None)
        person.post(f"/login?{keep}")  # a wrong password
        person.post(f"/login?name=alice{keep}")
        row = it.row_once(lambda row: "alice" in row.who and row.created_at)
        posts = [one for one in it.told(ExchangeStarted) if one.method == "POST"]
        known = it.state().sessions[row.session]
        assert (known.facts.login, len(posts)) == (posts[-1].exchange, 2)
        fields = store_fields(it.state(), row.session, it.running.clock.now())
        (said,) = [field.value for field in fields if field.label == "logged in"]
        assert said.endswith(f", seen: POST /login in {posts[-1].exchange}")


def names_of(it: Attached, event: RowRead) -> set[str]:
    return {name for name in event.facts.data if name in ("first", "second")}


def test_a_row_that_holds_only_the_change_of_the_last_of_two_requests_is_a_lost_update(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with watched(redis_server, tmp_path) as it, patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        it.row_once(lambda row: "alice" in row.who)
        slow = begin(it, person, "/set?name=first&hold=1")
        person.get("/set?name=second")
        it.wait_for(RowRead)
        slow.finish()
        second, first = it.wait_for(RowRead, 2)
        assert [names_of(it, one) for one in (second, first)] == [{"second"}, {"first"}]
        assert (second.beside, first.beside) == ((first.cause,), (second.cause,))
        it.eventually(lambda: it.state().alarms.raised)
        (alarm,) = it.state().alarms.raised
        assert (alarm.kind, alarm.cause) == ("lost update", first.cause)
        assert alarm.text.startswith(
            f"looks like it: second changed in the row with the answer of {second.cause}"
        )


def test_a_logout_that_only_takes_the_user_out_and_that_a_late_write_undoes_is_a_lost_update(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with watched(redis_server, tmp_path) as it, patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        it.row_once(lambda row: "alice" in row.who)
        slow = begin(it, person, "/set?name=n&hold=1")
        person.post("/leave")
        assert person.get("/profile").status_code == 401
        slow.finish()
        assert person.get("/profile").status_code == 200, "the logout is undone"
        it.eventually(lambda: it.state().alarms.raised)
        (alarm,) = it.state().alarms.raised
        assert (alarm.kind, alarm.cause) == ("lost update", "x2")
        assert "user.sub changed in the row with the answer of x3, and are" in alarm.text


def test_requests_that_follow_each_other_or_change_nothing_lose_nothing(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with watched(redis_server, tmp_path) as it, patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        it.row_once(lambda row: "alice" in row.who)
        person.get("/set?name=first")
        slow = begin(it, person, "/set?name=second&hold=1")
        person.get("/profile")
        slow.finish()
        (read,) = it.wait_for(RowRead)
        assert names_of(it, read) == {"first", "second"}
        asked = len(it.told(ExchangeEnded))
        person.get("/profile")
        it.eventually(lambda: len(it.told(ExchangeEnded)) > asked)
        assert it.state().alarms.raised == ()
        lines = {field.label.strip(): field.value for field in alarm_fields(it.state())}
        assert lines["lost update"].startswith("not seen, and partly checked")


def left_rows(it: Attached) -> list[SessionRow]:
    """Return the sessions that are over: the new row is one of nobody's."""
    return [row for row in it.rows() if row.life not in ("live", "visitor")]


def test_a_logout_that_regenerates_the_id_is_told_as_one(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with watched(redis_server, tmp_path) as it, patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        it.row_once(lambda row: "alice" in row.who)
        person.post("/logout")
        assert person.get("/profile").status_code == 401
        it.eventually(lambda: len(it.rows()) == 2)
        it.eventually(lambda: left_rows(it))
        (left,) = left_rows(it)
        assert "new login" not in left.reason
        if left.life != "logged-out":
            return  # the poll came between the row's end and the response: who it was is not read
        # the second where the response comes before the new row was read
        begun, _, said = left.reason.partition("another session")
        assert begun == "POST /logout gave the browser "
        # the second where the response comes before the new row was read
        assert said in (
            ", and nobody is logged in to that one",
            "; who is logged in to that one is not known",
        )
        assert [written.previous for written in it.told(SessionWritten)] == [""] * len(
            it.told(SessionWritten)
        )

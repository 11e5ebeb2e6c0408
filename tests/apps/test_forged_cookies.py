"""express-session: a cookie with somebody's id under a signature of nobody is not his session."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import SessionNotOpened, SessionRefused
from tests.apps.test_races import returning, watched
from tests.servers import RedisServer
from tests.waiting import patient_client


def forge(value: str) -> str:
    """Return a cookie with another last character of its signature."""
    whole = unquote(value)
    last = "B" if whole.endswith("A") else "A"
    return quote(whole[:-1] + last, safe="")


@pytest.mark.parametrize("is_secret_known", [True, False], ids=["secret", "no secret"])
def test_a_forged_cookie_says_nothing_of_the_session_whose_id_it_names(
    redis_server: RedisServer, tmp_path: Path, is_secret_known: bool
) -> None:
    with watched(redis_server, tmp_path, is_secret_known=is_secret_known) as it:
        with patient_client(it.base_url) as person:
            person.get("/login?name=alice")
            assert person.get("/profile").status_code == 200
            value = person.cookies["connect.sid"]
        it.wait_for(ExchangeEnded, 2)
        before = it.row_once(lambda row: "alice" in row.who and row.last_request)
        with returning(it, {"connect.sid": forge(value)}) as stranger:
            assert stranger.get("/profile").status_code == 401
        (told,) = it.wait_for(SessionNotOpened, 1 if is_secret_known else 2)[-1:]
        (refused,) = it.wait_for(SessionRefused)
        assert told.code == "wrong_secret"
        assert told.session == refused.session != before.session
        assert it.row_once(lambda row: "alice" in row.who).last_request == before.last_request
        with returning(it, {"connect.sid": f"{value}AA"}) as stranger:
            assert stranger.get("/profile").status_code == 401
        *_, longer = it.wait_for(SessionRefused, 2)
        assert longer.reason.startswith("connect.sid: its end has 2 characters too many")
        assert len(it.rows()) == 1


def test_a_forged_cookie_that_comes_first_is_not_the_session_whose_id_it_names(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with watched(redis_server, tmp_path) as it:
        with patient_client(it.state().lab.upstream) as person:
            person.get("/login?name=alice")
            value = person.cookies["connect.sid"]
        before = it.row_once(lambda row: "alice" in row.who)
        with returning(it, {"connect.sid": forge(value)}) as stranger:
            assert stranger.get("/profile").status_code == 401
        (refused,) = it.wait_for(SessionRefused)
        (told,) = it.wait_for(SessionNotOpened)
        assert told.code == "wrong_secret"
        assert told.session == refused.session != before.session
        assert it.row_once(lambda row: "alice" in row.who).last_request is None
        with returning(it, {"connect.sid": value}) as person:
            assert person.get("/profile").status_code == 200
        after = it.row_once(lambda row: "alice" in row.who and row.last_request)
        assert (after.session, after.life, after.unverified) == (before.session, "live", "")

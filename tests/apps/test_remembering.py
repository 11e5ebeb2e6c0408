"""Flask-Login: its `remember_token` belongs to the session that it was set beside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from session_inspector.devserver.core.events.session import SessionNotOpened, SessionWritten
from tests.apps.commands import python_script
from tests.apps.samples import Sample
from tests.apps.watching import watching
from tests.end_to_end.attached import Attached
from tests.waiting import patient_client

APP = Sample(
    name="remembering",
    framework="",
    command=python_script("remembering"),
    family="flask",
    secret="SECRET_KEY",
)
SECRET = "a secret of the app's own"


@contextmanager
def watched(folder: Path) -> Iterator[Attached]:
    """Watch the app."""
    with watching(APP, {"SECRET_KEY": SECRET}, folder, secret=SECRET) as it:
        yield it


def test_a_session_that_is_brought_back_is_the_one_of_before_until_its_logout(
    tmp_path: Path,
) -> None:
    with watched(tmp_path) as it, patient_client(it.base_url) as person:
        person.post("/login", data={"name": "ann", "remember": "1"})
        first = it.row_once(lambda row: row.life == "live")
        assert (first.who, first.unverified) == ("ann", "")
        person.cookies.delete("session")  # the browser was closed
        assert person.get("/profile").json() == {"name": "ann"}
        assert set(person.cookies) == {"session", "remember_token"}
        it.wait_for(SessionWritten, 2)
        assert [row.session for row in it.rows()] == [first.session]
        person.post("/logout")
        assert person.get("/profile").status_code == 401
        last = it.row_once(lambda row: row.life != "live")
        assert (last.session, last.life) == (first.session, "logged-out")
        assert it.told(SessionNotOpened) == []
        assert it.state().alarms.raised == ()


def test_another_user_s_login_is_another_session(tmp_path: Path) -> None:
    with watched(tmp_path) as it, patient_client(it.base_url) as person:
        person.post("/login", data={"name": "ann", "remember": "1"})
        it.row_once(lambda row: row.who == "ann")
        person.post("/login", data={"name": "bob", "remember": "1"})
        assert person.get("/profile").json() == {"name": "bob"}
        it.row_once(lambda row: row.who == "bob")
        lives = {row.who: row.life for row in it.rows()}
        assert lives == {"bob": "live", "ann": "replaced"}

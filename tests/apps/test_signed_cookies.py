"""Flask's signed cookie: requests that were made beside each other lose what one has written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.views.detail import content_fields
from session_inspector.inspector.model.views.export import session_json
from session_inspector.inspector.model.views.ladder import timer_rows
from tests.apps.commands import python_script
from tests.apps.samples import Sample
from tests.apps.test_races import begin
from tests.apps.watching import watching
from tests.end_to_end.attached import Attached
from tests.waiting import patient_client

APP = Sample(
    name="signed",
    framework="",
    command=python_script("signed"),
    family="flask",
    secret="SECRET_KEY",
)
SECRET = "a secret of the app's own"


@contextmanager
def watched(folder: Path, *, secret: str = SECRET) -> Iterator[Attached]:
    """Watch the app."""
    with watching(APP, {"SECRET_KEY": SECRET}, folder, secret=secret) as it:
        yield it


def meet(it: Attached, slow: str, fast: str) -> None:
    """Log in, and send two requests with the same cookie; the second is answered first."""
    with patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        late = begin(it, person, f"{slow}&hold=1")
        person.get(fast)
        late.finish()
    it.eventually(lambda: len(it.told(ExchangeEnded)) == 4)


def line_of(it: Attached) -> str:
    lines = {field.label.strip(): field.value for field in alarm_fields(it.state())}
    return lines["lost update"]


def test_an_item_of_a_cart_that_another_cookie_does_not_have_is_a_lost_update(
    tmp_path: Path,
) -> None:
    with watched(tmp_path) as it:
        meet(it, "/add?item=milk", "/add?item=salt")
        it.eventually(lambda: it.state().alarms.raised)
        (alarm,) = it.state().alarms.raised
        assert (alarm.kind, alarm.cause) == ("lost update", "x2")
        assert alarm.text == "x2 dropped an entry of cart.items, which x3 had just added"


def test_a_counter_that_two_requests_have_raised_may_have_lost_one(tmp_path: Path) -> None:
    with watched(tmp_path) as it:
        meet(it, "/count?", "/count?")
        it.eventually(lambda: line_of(it) != "not seen")
        assert it.state().alarms.raised == ()
        assert line_of(it) == (
            "not seen, and partly checked: whether one of the two is lost, only the app knows:"
            " visits, which x3 and x2 changed beside each other"
        )


def test_the_default_life_is_an_assumption_until_its_line_tells_it(tmp_path: Path) -> None:
    with watched(tmp_path) as it, patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        row = it.row_once(lambda row: "alice" in row.who)
        assert (row.ended_by, row.is_end_assumed, row.unverified) == ("sealed", True, "")
        person.get("/login?name=bob&keep=1")
        row = it.row_once(lambda row: "bob" in row.who)
        assert not row.is_end_assumed
        now = it.running.clock.now()
        labels = [clock.label for clock in timer_rows(it.state(), row.session, now)]
        assert sorted(labels) == ["cookie Expires", "value's end"]


def test_without_a_secret_it_is_said_that_nobody_has_checked_it(tmp_path: Path) -> None:
    with watched(tmp_path, secret="") as it, patient_client(it.base_url) as person:
        person.get("/login?name=alice")
        row = it.row_once(lambda row: "alice" in row.who)
        assert row.unverified == "no secret was given; what is shown is not verified"
        now = it.running.clock.now()
        found = json.loads(session_json(it.state(), row.session, now))
        assert found["unverified"] == row.unverified
        first = content_fields(it.state(), row.session, now)[0]
        assert (first.label, first.value) == ("not verified", row.unverified)

"""The alarm board: each alarm with its user and request, then all kinds that are checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import SessionKind
from session_inspector.devserver.core.events.browser import BrowserStateChanged
from session_inspector.devserver.core.events.process import AppStarted
from session_inspector.devserver.core.events.server import NO_STORE
from session_inspector.devserver.core.events.session import RowRead, SessionResurrected
from session_inspector.inspector.model.boards.alarms import HINT, alarm_fields, explain_alarm
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.words.explanations import BY_A_BROWSER, EXPLANATIONS
from tests.inspector.sample import NOW, server, started, written

RISEN = SessionResurrected(
    at=NOW + 3, seq=9, cause="x7", session="a", destroyed_by="x2", destroyed_at=NOW, reason="late"
)


def test_without_an_alarm_all_kinds_are_checked_and_not_seen() -> None:
    head, *kinds = alarm_fields(fold(State(), [server(), started("x1", NOW, "/", "lab:a")]))
    assert head == Field(depth=0, label="No alarm. Checked", value=HINT, tone="accent")
    assert [field.key for field in kinds] == [f"kind {kind}" for kind in EXPLANATIONS]
    unchecked = {field.key for field in kinds if field.value != "not seen"}
    assert unchecked == {
        f"kind {kind}" for kind in (*BY_A_BROWSER, "setting missing", "clocks apart")
    }
    assert {field.tone for field in kinds} == {"dim"}


def test_before_anything_was_seen_nothing_is_ticked_that_needs_requests() -> None:
    _, *kinds = alarm_fields(fold(State(), [server()]))
    ticked = {field.key for field in kinds if field.value == "not seen"}
    assert ticked == {"kind store away"}


def test_what_only_a_browser_shows_is_not_checked_without_one() -> None:
    watched = BrowserStateChanged(at=1, browser="Firefox 153", state="watching")
    kind = f"kind {BY_A_BROWSER[0]}"
    state = fold(State(), [server(), started("x1", NOW, "/", "lab:a")])
    values = [
        {field.key: field.value for field in alarm_fields(shown)}[kind]
        for shown in (state, fold(state, [watched]))
    ]
    assert values == ["not checked: no real browser is watched", "not seen"]


def test_a_store_that_nobody_watches_is_not_checked() -> None:
    for store in ("", NO_STORE):
        request = started("x1", NOW, "/", "lab:a")
        state = fold(State(), [replace(server(), store=store), request])
        kinds = {field.key: field for field in alarm_fields(state)}
        assert kinds["kind store away"].value == "not checked: no store is watched"
        assert kinds["kind lost update"].value == "not seen"


def test_settings_are_asked_for_by_an_app_that_was_started_here() -> None:
    begun = AppStarted(at=1, command="node app.js", pid=7, found="Express")
    state = fold(State(), [server()])
    values = [
        {field.key: field.value for field in alarm_fields(shown)}
        for shown in (state, fold(state, [begun]))
    ]
    assert [each["kind setting missing"] for each in values] == [
        "not checked: no app was started here (run)",
        "not seen",
    ]


def test_rows_that_were_read_between_requests_that_overlap_are_partly_checked() -> None:
    app = replace(server(), upstream="http://localhost:3000", store="redis://localhost")
    made = written("a", NOW, "x1")
    read = RowRead(at=NOW, cause="x2", session="a", facts=made.facts, before=made.facts)
    fields = {field.key: field.value for field in alarm_fields(fold(State(), [app, made, read]))}
    assert fields["kind lost update"] == (
        "not seen, and partly checked: a row is read after each of two requests that overlap"
    )


@pytest.mark.parametrize(
    ("kinds", "value"),
    [
        ((), "not checked: no session has been read yet"),
        (("stateless",), "not seen"),
        (
            ("stateful",),
            "not checked: rows are read once a second: what each request wrote is not seen",
        ),
        (
            ("stateless", "unknown"),
            "not checked: what each request wrote is not seen:"
            " its session is not in a cookie that opens",
        ),
    ],
)
def test_an_app_s_lost_updates_are_checked_only_where_its_writes_are_seen(
    kinds: tuple[SessionKind, ...], value: str
) -> None:
    app = replace(server(), upstream="http://localhost:3000")
    made = [(kind, written(kind, NOW, "x1")) for kind in kinds]
    writes = [replace(one, facts=replace(one.facts, kind=kind)) for kind, one in made]
    seen = fold(State(), [app, started("x0", NOW, "/", "lab:a"), *writes])
    fields = {field.key: field.value for field in alarm_fields(seen)}
    assert fields["kind lost update"] == value


def test_an_alarm_names_the_user_and_the_request() -> None:
    events = [written("a", NOW, "x1"), started("x7", NOW, "/save?x=1", "lab:a", "POST"), RISEN]
    line, gap, head, *kinds = alarm_fields(fold(State(), events))
    assert line == Field(
        depth=0,
        lead=(("08:53:23.000 ", "dim"), ("⚠ RESURRECTION      ", "bad")),
        label="",
        value="Alice Archer: written again 3.00 s after it was destroyed at 08:53:20.000",
        explain=f"{explain_alarm('resurrection')}\nCaused by x7: POST /save (lab:a).",
        key="9 resurrection",
        session="a",
        exchange="x7",
    )
    assert (gap.key, head.label) == ("gap", "Checked")
    assert (kinds[0].value, kinds[0].tone) == ("1 seen", "bad")


def test_an_alarm_of_what_is_not_known_names_nobody() -> None:
    line = alarm_fields(fold(State(), [RISEN]))[0]
    assert line.value.startswith("written again")
    assert line.explain == explain_alarm("resurrection")

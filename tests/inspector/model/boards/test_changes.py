"""Each write is a diff of the session before and after it, with what can be undone."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.session import (
    ClockForced,
    CookieLeft,
    SessionDestroyed,
    SessionLoaded,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret, ShownObject
from session_inspector.inspector.model.boards.changes import (
    MEMBERS,
    change_fields,
    diff_members,
)
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.words.changes import (
    LOGGED_OUT,
    OF_NOBODY_SEEN,
    OF_THE_APP,
    OF_THE_APP_UNASKED,
    YOURS,
)
from tests.inspector.sample import NOW, ended, login, server, started

HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]
FIRST = next(event for event in HERE if isinstance(event, SessionWritten))


def changes(*events: Event) -> tuple[Field, ...]:
    found = [replace(event, seq=900 + number) for number, event in enumerate(events)]
    return change_fields(fold(State(), [*HERE, *found]), "alice", NOW)


def write(data: ShownObject, cause: str = "x9", size: int = 0) -> SessionWritten:
    facts = replace(FIRST.facts, data={**FIRST.facts.data, **data}, size=FIRST.facts.size + size)
    return replace(FIRST, at=NOW + 1, cause=cause, reason="update", facts=facts)


def drawn(field: Field) -> str:
    return "".join(piece for piece, _ in field.lead) + field.value


def test_the_newest_write_is_a_diff_with_its_bytes() -> None:
    head, line, *_ = changes(write({"cart": "3 things"}, size=12))
    assert "session changed" in drawn(head)
    assert head.value.endswith("1 change, +12 B")
    assert (drawn(line), line.lead[0][1]) == ("+ cart  3 things", "good")
    assert head.explain == OF_THE_APP_UNASKED
    assert changes(write({"cart": "1"}, cause="x1"))[0].explain == OF_THE_APP


def test_the_first_write_lists_what_the_session_began_with() -> None:
    fields = changes()
    assert "session created" in drawn(fields[0])
    assert any(drawn(field).startswith("+ user.sub") for field in fields)


def test_members_come_go_and_change_and_credentials_are_compared_by_fingerprint() -> None:
    before: ShownObject = {"a": {"b": 1, "gone": True}, "t": Secret.of("old")}
    after: ShownObject = {"a": {"b": 2}, "t": Secret.of("new"), "new": []}
    assert diff_members(before, after) == [
        ("~ a.b", "1 → 2", "warn"),
        ("- a.gone", "true", "bad"),
        ("+ new", "0 members", "good"),
        ("~ t", f"{Secret.of('old')} → {Secret.of('new')}", "warn"),
    ]
    assert diff_members(after, after) == []


def test_what_you_did_can_be_undone_and_a_logout_cannot() -> None:
    revoked = SessionDestroyed(at=NOW + 2, cause="c1", session="alice", reason="revoked")
    assert changes(revoked)[0].explain.startswith(YOURS)
    logout = replace(revoked, cause="x4", reason="logout")
    assert changes(logout)[0].explain.startswith("A logout cannot be undone. The provider")


def test_a_logout_that_deleted_nothing_is_how_it_may_have_ended() -> None:
    head, *_ = changes(
        CookieLeft(
            at=NOW + 1,
            cause="x9",
            session="alice",
            names=("sid",),
            deleted=(),
            left_by="x9",
            left_at=NOW + 1,
            outcome="unknown",
        )
    )
    assert "not known whether cookie sid still logs in" in drawn(head)
    assert head.explain == OF_THE_APP_UNASKED


def test_without_a_provider_none_is_spoken_of() -> None:
    here = [replace(server(NOW), issuer=""), *HERE[1:]]
    ends = [
        SessionDestroyed(at=NOW + 2, cause="x1", session="alice", reason="logout", seq=900),
        SessionDestroyed(at=NOW + 2, cause="c1", session="alice", reason="revoked", seq=900),
    ]
    found = [change_fields(fold(State(), [*here, end]), "alice", NOW)[0].explain for end in ends]
    assert found == [LOGGED_OUT, YOURS]


def test_the_first_write_speaks_of_no_undo() -> None:
    (first, *_) = changes()
    assert "undo" not in first.explain


def test_a_look_that_shows_nothing_new_is_no_change() -> None:
    same = SessionSeen(at=NOW + 2, session="alice", facts=FIRST.facts)
    assert len(changes(same)) == len(changes())
    other = replace(same, facts=write({"cart": "1"}).facts)
    assert "seen in the store" in drawn(changes(other)[0])


def test_a_change_of_many_members_is_cut_and_says_so() -> None:
    many: ShownObject = {f"m{number:03}": number for number in range(MEMBERS + 5)}
    labels = [field.label for field in changes(write(many))]
    assert "… 5 more members" in labels


def test_nobody_has_no_changes_and_hostile_members_are_harmless() -> None:
    assert change_fields(State(), "nobody", NOW) == ()
    text = " ".join(drawn(field) for field in changes(write({"x\x1b[31m": "y\x1b[0m"})))
    assert "\x1b" not in text


def look(later: float) -> SessionSeen:
    timers = tuple(
        replace(timer, ends=None if timer.ends is None else timer.ends + later)
        for timer in FIRST.facts.timers
    )
    return SessionSeen(at=NOW + 2, session="alice", facts=replace(FIRST.facts, timers=timers))


def test_a_look_that_shows_what_was_done_by_hand_is_no_change() -> None:
    forced = ClockForced(at=NOW + 1, cause="c1", session="alice", clock="inactivity")
    (newest, *_) = changes(forced, look(-1000))
    assert newest.explain.startswith(YOURS)
    assert "provider session is alive there" in newest.explain
    looked = replace(look(-1000), facts=replace(look(-1000).facts, data={"other": 1}))
    (newest, *_) = changes(forced, looked)
    assert newest.explain == OF_NOBODY_SEEN, "and something else has come with it"


def test_of_what_a_look_shows_nobody_is_said_to_have_done_it() -> None:
    (newest, *_) = changes(look(1000))
    assert newest.explain == OF_NOBODY_SEEN


def test_a_look_within_the_second_shows_nothing_new() -> None:
    assert len(changes(look(0.9))) == len(changes())
    assert len(changes(look(-0.9))) == len(changes())


def test_a_look_into_the_store_moves_no_clock_of_the_cookie() -> None:
    head, line, *_ = changes(look(40))
    assert "seen in the store" in drawn(head)
    assert "store" in drawn(line)
    assert "cookie" not in drawn(line)
    assert "sealed" not in drawn(line)


def test_clocks_that_moved_alike_are_one_line() -> None:
    rolled = SessionWritten(
        at=NOW + 2, cause="x9", session="alice", facts=look(40).facts, reason="roll"
    )
    _, line, *_ = changes(rolled)
    lines = [field for field in changes(rolled) if drawn(field).startswith("~ clock")]
    assert drawn(line).startswith("~ clocks cookie = sealed")
    assert drawn(line).endswith("(+00:00:40)")
    assert len({drawn(line) for line in lines}) == len(lines) < len(FIRST.facts.timers)


def test_a_roll_within_the_second_says_that_nothing_but_the_end_is_new() -> None:
    rolled = SessionWritten(
        at=NOW + 1, cause="x9", session="alice", facts=look(0.2).facts, reason="roll"
    )
    assert changes(rolled)[0].value.endswith("nothing but its end")


def test_a_row_that_changed_during_one_request_names_it_and_leads_to_it() -> None:
    asked = started("x9", NOW + 1, "/cart", "Chrome", "POST")
    brought = SessionLoaded(at=NOW + 1, cause="x9", session="alice", sub="u", origin="rule")
    found = replace(look(2.5), since=NOW + 1.5, facts=write({"cart": "3"}).facts)
    head, line, *_ = changes(asked, brought, found)
    assert "since the look before only POST /cart (Chrome)" in drawn(head)
    assert (head.exchange, line.exchange) == ("x9", "x9")
    assert "Another process may write there, too" in head.explain
    head, *_ = changes(asked, brought, ended("x9", NOW + 1.2, 200), found)
    assert (head.exchange, head.explain) == ("", OF_NOBODY_SEEN), "it was over by then"

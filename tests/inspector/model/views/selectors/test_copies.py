"""Cookies that are sent after their session was over, or that are refused while it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionVanished,
    ShownOutcome,
)
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.views.search import session_rows
from session_inspector.inspector.model.views.selectors.clocks import IN_COPY
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.words.text import clock_text
from tests.inspector.agreement import disagreements
from tests.inspector.model.views.selectors.scene import (
    DAY,
    STATELESS_APP,
    after,
    clocks,
    lamps,
    life,
    swept_cookie,
)
from tests.inspector.sample import NOW, cookie, started, written

COPY = SessionShownAgain(
    at=NOW + 2,
    cause="x3",
    session="a",
    names=("__session",),
    ended="logout",
    ended_by="x2",
    ended_at=NOW + 1,
    outcome="accepted",
    request="GET /me",
    status=200,
)


ACCEPTED = "the user logged out, but a copy is accepted: GET /me: 200 in x3"
LOGOUT = SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout")


@pytest.mark.parametrize("outcome", ["answered", "public", "refused", "unknown"])
def test_a_copy_that_is_not_known_to_be_accepted_leaves_its_session_logged_out(
    outcome: ShownOutcome,
) -> None:
    copy = replace(COPY, outcome=outcome)
    state = after(LOGOUT, swept_cookie("x2"), copy, before=STATELESS_APP)
    assert life(state, NOW + 3) == ("logged-out", "the user logged out")
    assert status(state, NOW + 3).over == 1
    assert disagreements(state, NOW + 3) == []


def test_a_copy_that_is_refused_after_one_that_was_accepted_ends_the_session_again() -> None:
    refusal = replace(COPY, at=NOW + 3, cause="x4", outcome="refused", status=401)
    state = after(LOGOUT, swept_cookie("x2"), COPY, refusal, before=STATELESS_APP)
    assert life(state, NOW + 4)[0] == "logged-out"
    late = replace(COPY, proven_by="x4")
    state = after(LOGOUT, swept_cookie("x2"), refusal, late, before=STATELESS_APP)
    assert life(state, NOW + 4)[0] == "logged-out", "its proof came after the refusal"
    assert [alarm.kind for alarm in state.alarms.raised] == ["copy accepted"]
    again = replace(COPY, at=NOW + 5, cause="x5")
    assert life(fold(state, [again]), NOW + 6)[0] == "accepted"


def test_a_copy_whose_acceptance_was_proven_later_says_when_it_was() -> None:
    late = line_of(replace(COPY, proven_by="x7"))[2]
    assert late == f"{line_of(COPY)[2]} (at {clock_text(NOW + 2)}; known since x7)"


def test_a_copy_that_is_sent_after_the_logout_of_an_app_brings_nothing_back() -> None:
    state = after(
        SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout"),
        swept_cookie("x2"),
        started("x3", NOW + 2, "/me", "curl"),
        SessionLoaded(at=NOW + 2, cause="x3", session="a", sub="u", origin="rule"),
        COPY,
        before=STATELESS_APP,
    )
    found, reason = life(state, NOW + 3)
    assert (found, reason.partition(";")[0]) == ("accepted", ACCEPTED)
    header = status(state, NOW + 3)
    assert (header.live, header.over) == (1, 0)
    cookie_lamp = lamps(state, NOW + 3)["cookie"]
    assert cookie_lamp.how == "○ dead"
    assert cookie_lamp.evidence == "Set-Cookie in x2; curl sent a copy in x3"
    (row,) = cookie_rows(state, "a", NOW + 3)
    assert (row.is_alive, row.is_deleted, row.size) == (False, True, 159)
    sealed = clocks(state, NOW + 3)["sealed"]
    assert (sealed.is_stopped, sealed.evidence) == (False, IN_COPY)
    (alarm,) = state.alarms.raised
    assert alarm.kind == "copy accepted"
    said = "the app accepted a copy sent after it was gone"
    assert alarm.text == f"{said}: GET /me: 200, 1 s after x2 (logout)"
    assert line_of(COPY)[1] == said


STORED = [started("x1", NOW, "/login", "Chrome"), written("a", NOW, "x1"), cookie("a", NOW, "x1")]
REVOKED = SessionDestroyed(
    at=NOW + 1, cause="c1", session="a", reason="revoked", detail="deleted", copy="a cache has it"
)


def brought(outcome: ShownOutcome, at: float = NOW + 2) -> SessionShownAgain:
    return replace(COPY, ended="revoked", ended_by="c1", outcome=outcome, at=at)


def test_a_revoked_session_says_where_else_it_may_live() -> None:
    assert life(after(*STORED, REVOKED), NOW + 2) == ("revoked", "deleted; a cache has it")
    gone = SessionVanished(at=NOW + 1, session="a", reason="deleted", copy="a cache has it")
    assert life(after(*STORED, gone), NOW + 2) == ("gone", "deleted; a cache has it")


@pytest.mark.parametrize(
    ("outcome", "expected"), [("accepted", "accepted"), ("answered", "in-doubt")]
)
def test_a_revoked_session_that_the_app_accepts_is_not_shown_as_revoked(
    outcome: ShownOutcome, expected: str
) -> None:
    state = after(*STORED, REVOKED, started("x3", NOW + 2, "/me", "Chrome"), brought(outcome))
    found, reason = life(state, NOW + 3)
    assert (found, "GET /me: 200 in x3" in reason) == (expected, True)
    assert session_rows(state, NOW + 3)[0].origin == "seen"
    assert disagreements(state, NOW + 3) == []
    assert lamps(state, NOW + 3)["store row"].how == "○ dead"
    by_row = SessionRefused(
        at=NOW + 3, cause="x4", session="a", code="gone", reason="gone", origin="read"
    )
    assert life(fold(state, [by_row]), NOW + 4)[0] == expected, "its row says nothing new"
    assert life(fold(state, [brought("refused")]), NOW + 4)[0] == "revoked"
    again = replace(written("a", NOW + 3, "c2"), reason="update")
    assert life(fold(state, [again]), NOW + 4)[0] == "live"
    assert disagreements(fold(state, [by_row, brought("refused")]), NOW + 4) == []


def test_a_cookie_that_a_useless_deletion_left_is_no_copy() -> None:
    deletion = swept_cookie("x2")
    assert isinstance(deletion, CookieSet)
    state = after(
        SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout"),
        replace(deletion, path="/elsewhere"),
        started("x3", NOW + 2, "/me", "Chrome"),
        SessionLoaded(at=NOW + 2, cause="x3", session="a", sub="u", origin="rule"),
        before=STATELESS_APP,
    )
    assert life(state, NOW + 3)[0] == "live"


def refused(code: str, reason: str) -> SessionRefused:
    return SessionRefused(at=NOW + 1, cause="x2", session="a", code=code, reason=reason)


def test_what_an_app_has_refused_is_not_said_to_be_alive_until_it_accepts_it() -> None:
    state = after(
        started("x2", NOW + 1, "/me", "Chrome"),
        refused("401", "the app refused it (401): GET /me"),
        before=STATELESS_APP,
    )
    reason = f"the app refused it (401): GET /me, at {clock_text(NOW + 1)}"
    assert life(state, NOW + 2) == ("refused", reason)
    assert session_rows(state, NOW + 2)[0].origin == "seen"
    assert (lamps(state)["cookie"].how, lamps(state)["cookie"].evidence) == ("○ dead", reason)
    rule = SessionLoaded(at=NOW + 2, cause="x2", session="a", sub="u", origin="rule")
    assert life(fold(state, [rule]), NOW + 3)[0] == "refused"
    assert life(fold(state, [replace(rule, origin="seen")]), NOW + 3) == ("live", "")
    gone = SessionDestroyed(at=NOW + 3, session="a", reason="logout")
    assert life(fold(state, [gone]), NOW + 4)[0] == "logged-out"


def test_a_cookie_that_our_engine_cannot_open_is_refused() -> None:
    state = after(
        started("x2", NOW + 1, "/", "lab:a"),
        refused("ERR_JWE_DECRYPTION_FAILED", "it does not decrypt: another secret sealed it"),
    )
    found = life(state, NOW + 2)
    assert (found[0], "another secret sealed it" in found[1]) == ("refused", True)
    assert lamps(state)["cookie"].how == "○ dead"
    back = SessionLoaded(at=NOW + 2, cause="x2", session="a", sub="u")
    assert life(fold(state, [back]), NOW + 3) == ("live", "")


def test_a_copy_of_a_session_that_was_replaced_brings_nothing_back() -> None:
    new = replace(written("b", NOW + 1, "x2", kind="stateless"), previous="a")
    copy = SessionLoaded(at=NOW + 2, cause="x3", session="a", sub="u", origin="rule")
    events = [started("x2", NOW + 1, "/login", "Chrome"), new, cookie("b", NOW + 1, "x2")]
    sent = started("x3", NOW + 2, "/me", "curl")
    for before in (STATELESS_APP, STATELESS_APP[:-1]):  # its own line was seen, or not
        state = after(*events, sent, copy, before=before)
        assert life(state, NOW + 3)[0] == "replaced"
        assert "alive" not in lamps(state, NOW + 3)["cookie"].how


def test_a_row_that_was_put_back_seals_no_cookie() -> None:
    facts = written("a", NOW + 25, "c2", created=NOW)
    state = after(
        SessionDestroyed(at=NOW + 24, cause="c1", session="a", reason="revoked"),
        replace(facts, reason="update"),
    )
    found = clocks(state, NOW + 26)
    assert (found["sealed"].ends, found["cookie"].ends) == (NOW + DAY, NOW + DAY)
    assert "⚠" not in found["sealed"].note + found["cookie"].note


def test_a_cookie_that_did_not_open_is_the_one_that_its_browser_was_given() -> None:
    no_name = replace(refused("ERR_JWE_DECRYPTION_FAILED", "of another secret"), session="")
    sent = started("x2", NOW + 1, "/", "lab:a")
    assert life(after(sent, no_name), NOW + 2)[0] == "refused"
    stranger = started("x2", NOW + 1, "/", "lab:b")
    assert life(after(stranger, no_name), NOW + 2)[0] == "live"
    other = written("b", NOW, "x0")
    twin = [started("x0", NOW, "/login", "lab:a"), other, cookie("b", NOW, "x0")]
    assert life(after(*twin, sent, no_name), NOW + 2)[0] == "live", "which of the two is not known"


def test_a_cookie_that_is_over_is_not_alive_because_another_one_is_sent() -> None:
    access = cookie("a", NOW, "x1", name="access")
    assert isinstance(access, CookieSet)
    state = after(
        replace(access, max_age=20),
        started("x2", NOW + 30, "/auth/refresh", "Chrome"),
        SessionLoaded(at=NOW + 30, cause="x2", session="a", sub="u", origin="rule"),
        before=STATELESS_APP,
    )
    rows = {row.name: row for row in cookie_rows(state, "a", NOW + 40)}
    assert (rows["access"].is_alive, rows["access"].ends) == (False, NOW + 20)
    assert rows["__session"].is_alive
    assert disagreements(state, NOW + 40) == []

"""What was once said wrongly of a session, and is right now."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import CookieSet, CookiesForgotten
from session_inspector.devserver.core.events.login import TokenMinted, TokenRevoked
from session_inspector.devserver.core.events.server import ClockMoved
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
)
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.search import count_run_out, session_rows
from session_inspector.inspector.model.views.status import status
from tests.inspector.agreement import ALIVE
from tests.inspector.model.views.selectors.scene import (
    APP,
    DAY,
    after,
    clocks,
    lamps,
    life,
    swept_cookie,
)
from tests.inspector.sample import NOW, cookie, server, started, written


def expired_row(at: float) -> SessionSeen:
    """A row whose end was moved into the past, as the lab reads it: with clocks by the policy."""
    facts = written("a", at, "", created=NOW).facts
    timers = tuple(
        replace(timer, ends=at) if timer.name in ("cookie", "sealed", "store") else timer
        for timer in facts.timers
    )
    return SessionSeen(at=at, session="a", facts=replace(facts, timers=timers))


def test_a_clock_expired_by_hand_leaves_the_cookie_that_the_browser_still_sends() -> None:
    forced = ClockForced(at=NOW + 1, session="a", clock="inactivity")
    state = after(forced, expired_row(NOW + 1))
    found = clocks(state, NOW + 2)
    assert {name for name, clock in found.items() if clock.is_past} == {"inactivity", "store"}
    assert (found["cookie"].left, found["sealed"].left) == ("23:59:58", "23:59:58")
    assert lamps(state, NOW + 2)["cookie"].how == ALIVE
    assert life(state, NOW + 2) == ("expired", "the inactivity clock was expired by hand")


def test_after_a_logout_no_clock_runs_of_what_is_dead() -> None:
    logout = SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout")
    state = after(started("x2", NOW + 1, "/auth/logout", "lab:a"), logout, swept_cookie("x2"))
    running = {name for name, clock in clocks(state, NOW + 2).items() if not clock.is_stopped}
    assert running == {"refresh_token", "provider"}, "they live on, and are red"
    found = lamps(state, NOW + 2)
    assert (found["cookie"].tone, found["store row"].tone) == ("dim", "dim")
    assert (found["refresh token"].how, found["refresh token"].tone) == (ALIVE, "bad")


def test_after_travel_there_and_back_the_session_is_what_it_was() -> None:
    refused = SessionRefused(
        at=NOW + 2 * DAY, cause="x2", session="a", code="inactivity", reason="ran out"
    )
    state = after(
        ClockMoved(at=NOW + 2 * DAY, by=2 * DAY, offset=2 * DAY),
        started("x2", NOW + 2 * DAY, "/", "lab:a"),
        refused,
    )
    assert life(state, NOW + 2 * DAY) == ("expired", "ran out")
    back = fold(state, [ClockMoved(at=NOW + 9, by=-2 * DAY, offset=0)])
    assert life(back, NOW + 9) == ("live", "")
    assert not any(clock.is_past for clock in clocks(back, NOW + 9).values())
    header = status(back, NOW + 9, count_run_out(back, NOW + 9))
    assert (header.live, header.over) == (1, 0)


def test_a_logout_stays_one_whatever_time_it_is() -> None:
    logout = SessionDestroyed(at=NOW + 1, session="a", reason="logout")
    assert life(after(logout), NOW - DAY)[0] == "logged-out"


def test_a_revoked_session_stays_revoked_though_its_cookie_opens() -> None:
    state = after(
        SessionDestroyed(at=NOW + 1, cause="c1", session="a", reason="revoked"),
        started("x2", NOW + 2, "/", "Chrome"),
        SessionLoaded(at=NOW + 2, cause="x2", session="a", sub="u", origin="rule"),
        before=APP,
    )
    assert life(state, NOW + 3)[0] == "revoked"
    assert lamps(state, NOW + 3)["cookie"].how == ALIVE, "its browser sends it"


def test_what_our_engine_accepts_is_live_again() -> None:
    state = after(
        SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout"),
        swept_cookie("x2"),
        started("x3", NOW + 2, "/", "lab:thief"),
        SessionLoaded(at=NOW + 2, cause="x3", session="a", sub="u"),
    )
    assert life(state, NOW + 3)[0] == "live"
    cookie_lamp = lamps(state, NOW + 3)["cookie"]
    assert cookie_lamp.how == ALIVE
    assert cookie_lamp.evidence == "lab:thief sent it in x3, after it was gone: a copy"


def test_a_session_that_does_not_say_when_it_began_has_no_age() -> None:
    made = written("a", NOW, "")
    state = after(replace(made, facts=replace(made.facts, created_at=0)), before=[server(NOW)])
    assert session_rows(state, NOW)[0].created_at is None


def test_a_deletion_of_another_path_leaves_the_live_cookie() -> None:
    useless = cookie("a", NOW + 1, "x2", size=0)
    assert isinstance(useless, CookieSet)
    deletion = replace(useless, is_deletion=True, max_age=0.0, path="/elsewhere")
    state = after(started("x2", NOW + 1, "/auth/logout", "lab:a"), deletion)
    rows = [(row.is_alive, row.is_deleted) for row in cookie_rows(state, "a", NOW + 2)]
    assert rows == [(True, False), (False, True)]
    assert lamps(state, NOW + 2)["cookie"].how == ALIVE


def test_a_cookie_that_another_session_overwrote_is_gone() -> None:
    new = replace(written("b", NOW + 1, "x2"), previous="a")
    state = after(
        started("x2", NOW + 1, "/auth/callback", "lab:a"), new, cookie("b", NOW + 1, "x2")
    )
    (row,) = cookie_rows(state, "a", NOW + 2)
    assert (row.is_alive, row.evidence) == (False, "x2 set it for another session")
    assert clocks(state, NOW + 2)["cookie"].is_stopped


def test_a_cookie_that_its_browser_was_made_to_forget_is_gone_and_the_session_is_not() -> None:
    forgot = CookiesForgotten(
        at=NOW + 1, cause="c1", session="a", client="lab:a", names=("__session",)
    )
    state = after(forgot)
    assert lamps(state, NOW + 2)["cookie"].how == "○ dead"
    assert life(state, NOW + 2)[0] == "live", "its row is there"
    assert clocks(state, NOW + 2)["sealed"].note.startswith("went with its cookie")


def test_a_cookie_that_browsers_drop_does_not_live() -> None:
    huge = cookie("a", NOW + 1, "x2", size=5000)
    state = after(started("x2", NOW + 1, "/", "lab:a"), huge)
    (row,) = cookie_rows(state, "a", NOW + 2)
    assert not row.is_alive
    assert row.evidence.startswith("name and value have 5009 bytes")


def test_the_very_token_that_a_session_holds_counts() -> None:
    held = Secret.of("v1.sid-a")
    assert lamps(after())["refresh token"].how == ALIVE
    assert clocks(after())["refresh_token"].ends == NOW + 2_592_000
    revoked = TokenRevoked(at=NOW, token="refresh", digest=held.digest)
    assert clocks(after(revoked))["refresh_token"].note == "revoked"
    newer = TokenMinted(
        at=NOW, token="refresh", value=Secret.of("n"), sub="u", sid="sid-a", parent=held.digest
    )
    assert lamps(after(newer))["refresh token"].how == "○ dead", "the session holds the old one"


def test_a_session_without_a_refresh_token_has_none_that_could_die() -> None:
    made = written("a", NOW, "")
    state = after(replace(made, facts=replace(made.facts, data={})), before=[server(NOW)])
    assert lamps(state)["refresh token"].how == "○ none in the session"


def test_every_clock_and_lamp_says_where_it_is_from() -> None:
    state = after()
    origins = {name: clock.origin for name, clock in clocks(state).items()}
    assert origins == {
        "cookie": "seen",
        "sealed": "told",
        "store": "told",
        "inactivity": "rule",
        "absolute": "rule",
        "access_token": "inside",
        "refresh_token": "told",
        "provider": "told",
    }
    assert clocks(state)["cookie"].evidence == "Set-Cookie in x1"
    read = after(SessionSeen(at=NOW + 1, session="a", facts=written("a", NOW, "").facts))
    assert clocks(read)["store"].origin == "read"
    assert lamps(read)["store row"].origin == "read"

"""A row is there, gone, refused, or nobody looked: what each event shows of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.server import IN_COOKIES, READ_ONLY
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
)
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.detail import store_fields
from session_inspector.inspector.model.views.selectors.row import (
    why_not_revocable,
    why_not_writable,
)
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
from tests.inspector.sample import NOW, server, started, written


def test_an_app_s_deleted_cookie_says_nothing_of_its_row() -> None:
    seen = SessionSeen(at=NOW, session="a", facts=written("a", NOW, "").facts)
    logout = SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout")
    state = after(seen, logout, swept_cookie("x2"), before=APP)
    found = lamps(state, NOW + 2)
    assert (found["cookie"].how, found["store row"].how) == ("○ dead", ALIVE)
    assert found["store row"].tone == "bad", "it outlives the logout"
    gone = fold(state, [SessionVanished(at=NOW + 3, session="a", reason="deleted")])
    assert lamps(gone, NOW + 4)["store row"].how == "○ dead"


def test_a_row_that_is_back_is_no_vanished_session() -> None:
    gone = SessionVanished(at=NOW + 1, session="a", reason="its row expired")
    back = SessionSeen(at=NOW + 2, session="a", facts=written("a", NOW, "").facts)
    assert life(after(gone), NOW + 3)[0] == "gone"
    assert life(after(gone, back), NOW + 3)[0] == "live"


def test_a_look_that_began_before_a_change_does_not_undo_it() -> None:
    late = SessionSeen(at=NOW + 1, session="a", facts=written("a", NOW, "").facts)
    revoked = SessionDestroyed(at=NOW + 2, cause="c1", session="a", reason="revoked")
    assert lamps(after(revoked, late), NOW + 3)["store row"].how == "○ dead"
    forced = ClockForced(at=NOW + 2, session="a", clock="inactivity")
    assert life(after(forced, late), NOW + 3)[0] == "expired"


@pytest.mark.parametrize("store", ["", IN_COOKIES])
def test_without_a_store_nothing_is_said_of_a_row(store: str) -> None:
    facts = written("a", NOW, "x1").facts
    facts = replace(facts, timers=tuple(t for t in facts.timers if t.name == "sealed"))
    start = replace(server(NOW), upstream="http://localhost:3000", store=store)
    state = after(
        started("x1", NOW, "/", "Chrome"),
        SessionSeen(at=NOW, cause="x1", session="a", facts=facts),
        before=[start],
    )
    fields = {field.label: field.value for field in store_fields(state, "a", NOW)}
    assert fields["row"] == "not known: no store is watched"
    assert "expires" not in fields
    assert lamps(state)["store row"].how == "○ no store is watched"


@pytest.mark.parametrize(
    ("kind", "store", "upstream", "said"),
    [
        ("stateful", "sqlite://:memory:", "", ""),
        ("stateless", "the cookie itself", "", "no store has it"),
        ("stateless", "the cookie itself, revocation list in sqlite://:memory:", "", ""),
        ("stateful", "", "http://localhost:3000", "no store is watched"),
        ("stateful", IN_COOKIES, "http://localhost:3000", "no store is watched"),
        ("unknown", IN_COOKIES, "http://localhost:3000", "no store is watched"),
        ("stateful", "redis://localhost", "http://localhost:3000", ""),
    ],
)
def test_before_it_asks_revoke_says_that_there_is_nothing_to_delete(
    kind: str, store: str, upstream: str, said: str
) -> None:
    start = replace(server(NOW), store=store, upstream=upstream)
    made = written("a", NOW, "x1", kind=kind)  # type: ignore[arg-type]  # a literal
    state = after(made, before=[start])
    found = why_not_revocable(state, state.sessions["a"])
    assert bool(found) == bool(said)
    assert said in found


def test_before_it_asks_a_change_says_that_the_store_is_read_only() -> None:
    start = replace(
        server(NOW), store="redis://localhost", upstream="http://localhost:3000", may_write=False
    )
    state = after(written("a", NOW, "x1"), before=[start])
    assert why_not_revocable(state, state.sessions["a"]) == READ_ONLY
    assert why_not_writable(state) == READ_ONLY
    assert why_not_writable(after(written("a", NOW, "x1"), before=[server(NOW)])) == ""


def test_an_end_inside_a_row_that_its_framework_obeys_ends_the_row() -> None:
    made = written("a", NOW, "").facts
    timers = (
        Timer(name="store", ends=NOW + DAY, ends_session=False),
        Timer(name="inside", ends=NOW + 60, ends_session=True, where="expires"),
    )
    seen = SessionSeen(at=NOW, session="a", facts=replace(made, timers=timers))
    state = after(seen, before=[replace(server(NOW), upstream="http://localhost:3000")])
    assert lamps(state, NOW + 59)["store row"].how == ALIVE
    assert lamps(state, NOW + 60)["store row"].how == "○ dead"
    assert life(state, NOW + 60)[0] == "expired"
    assert clocks(state, NOW + 60)["store"].note.startswith("its framework refuses the row")

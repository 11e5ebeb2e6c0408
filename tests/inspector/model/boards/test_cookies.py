"""Cookies as developer tools show them: all attributes, who set them, what a line changed."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import (
    CookieEdited,
    CookieSet,
    CookiesForgotten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.boards.cookies import (
    OTHERS,
    cookie_fields,
    describe_line,
    find_line,
    key_of_cookie,
)
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.inspector.sample import NOW, cookie, login, server, swept

HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]
GONE = CookiesForgotten(at=NOW, session="alice", client="lab:alice", names=("__session",))


def seen(*events: Event) -> State:
    return fold(State(), [*HERE, *events])


def edited(name: str = "__session") -> CookieEdited:
    return CookieEdited(
        at=NOW + 5,
        cause="c1",
        session="alice",
        client="lab:alice",
        name=name,
        value=Secret.of("new"),
        size=3,
        line_size=20,
    )


def rows(state: State) -> dict[str, str]:
    """Return label to value of the first cookie; its head has none."""
    found: dict[str, str] = {}
    for field in cookie_fields(state, "alice", NOW + 10):
        found.setdefault(field.label, field.value)
    return found


def test_each_attribute_has_a_line_also_when_it_is_not_set() -> None:
    found = rows(seen())
    assert {"value", "size", "Domain", "Path", "Secure", "HttpOnly", "Partitioned"} <= set(found)
    assert (found["Secure"], found["HttpOnly"], found["Path"]) == ("no", "yes", "/")
    assert found["Domain"] == "the host's own (no Domain)"
    assert found["value"].startswith("••••••"), "masked"
    assert found["changed"] == "nothing: no earlier line of it was seen"
    assert "lab:alice" in found["set by"]


def test_what_a_line_changed_is_compared_with_the_one_before() -> None:
    first = next(event for event in HERE if isinstance(event, CookieSet) and event.session)
    second = replace(first, at=NOW + 3, cause="x9", exchange="x9", size=999, secure=True)
    changed = rows(seen(replace(second, value=Secret.of("other"))))["changed"]
    old = first.value.digest[:8]
    assert changed.startswith(f"value #{old} → #{Secret.of('other').digest[:8]}; ")
    assert "→ 999 B; Secure added" in changed
    moved = replace(second, size=first.size, secure=first.secure)
    assert rows(seen(moved))["changed"].startswith("only its end moved")


def test_a_cookie_edited_by_hand_says_so_and_lives() -> None:
    state = seen(GONE)
    assert lamps_of(state, "alice", NOW)[0].how == "○ dead"
    state = fold(state, [edited()])
    found = rows(state)
    assert found["set by"].startswith("you, by hand")
    assert found["Expires / Max-Age"] == "neither: it ends with the browser"
    lamp = lamps_of(state, "alice", NOW)[0]
    assert (lamp.how, lamp.origin, lamp.evidence) == ("● alive", "told", "put in by hand in c1")
    assert state.alarms.raised == ()


def test_another_cookie_of_the_browser_is_none_of_the_session() -> None:
    state = seen(GONE, edited("theme"))
    assert OTHERS in rows(state)
    assert lamps_of(state, "alice", NOW)[0].how == "○ dead"
    left = replace(GONE, names=("theme",))
    assert OTHERS not in rows(fold(state, [left]))


def test_a_row_finds_its_cookie_and_its_line_can_be_edited() -> None:
    state = seen()
    field = cookie_fields(state, "alice", NOW)[3]
    line = find_line(state, "alice", field.key)
    assert line is not None
    assert key_of_cookie(line) == field.key.partition("\n")[0]
    assert describe_line(line, "•••").startswith("__session=•••; Path=/; Max-Age=")
    assert find_line(state, "alice", "verdict x") is None
    assert find_line(state, "nobody", field.key) is None
    assert cookie_fields(state, "nobody", NOW) == ()


def test_hostile_names_are_made_harmless() -> None:
    line = cookie("alice", NOW, "x9", "__session\x1b[31m")
    drawn = " ".join(
        "".join(piece for piece, _ in field.lead) + field.label + field.value
        for field in cookie_fields(seen(line), "alice", NOW)
    )
    assert "\x1b" not in drawn


def test_a_deletion_of_what_nothing_has_set_is_not_told_as_a_loss() -> None:
    swept_only = swept("alice", NOW + 2, "x35", "__session.7")
    had = swept("alice", NOW + 3, "x36", "__session")
    heads = [
        (field.lead[1][0].strip(), field.value.rpartition(" · ")[2])
        for field in cookie_fields(seen(swept_only, had), "alice", NOW + 10)
        if field.depth == 0 and len(field.lead) > 1
    ]
    assert heads == [
        ("__session", "x36 deleted it"),
        ("__session.7", "x35 deletes it, and no line that sets it has been seen"),
    ]

"""A row of the cookies view leads to one cookie: of the session, or of a jar that is watched."""

from __future__ import annotations

from session_inspector.inspector.model.boards.cookies import cookie_fields
from session_inspector.inspector.model.boards.edited_cookie import find_edited, is_jar_watched
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.lists.held_cookies import key_of_held
from tests.inspector.model.lists.test_held_cookies import HELD, OTHER, watched
from tests.inspector.sample import NOW, login, server


def test_a_held_cookie_is_known_by_its_domain_unless_it_is_the_host_s_own() -> None:
    state = watched(HELD, OTHER)
    own = find_edited(state, "", key_of_held(HELD), NOW)
    other = find_edited(state, "", key_of_held(OTHER), NOW)
    assert own is not None
    assert other is not None
    assert (own.name, own.domain, own.path) == ("sid", "", "/")
    assert (other.name, other.domain, other.path) == ("theme", "localhost", "/x")


def test_a_cookie_of_a_session_is_found_by_its_row() -> None:
    state = fold(State(), [server(NOW), *login("alice", NOW, 1, "lab:alice")])
    row = cookie_fields(state, "alice", NOW)[0].key
    found = find_edited(state, "alice", row, NOW)
    assert found is not None
    assert (found.name, found.domain, found.path) == ("__session", "", "/")
    assert found.line.startswith("__session=•••; Path=/")
    assert find_edited(state, "alice", "no such row", NOW) is None


def test_a_jar_is_watched_while_its_browser_is_there() -> None:
    assert is_jar_watched(watched())
    assert not is_jar_watched(watched(state="lost"))
    assert not is_jar_watched(State())

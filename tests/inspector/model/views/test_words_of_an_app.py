"""What is not known of an app's session is not said of it."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.devserver.core.events.session import SessionLoaded
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.detail import pane_titles, store_fields
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.status import status
from tests.inspector.sample import NOW, cookie, server, started, written

APP: ServerStarted = replace(server(NOW), upstream="http://localhost:3000", kind="stateless")


def app_with(kind: str) -> State:
    """An app with one session."""
    made = written("a", NOW, "x1")
    timers = (Timer(name="cookie", ends=NOW + 59, ends_session=True),)
    facts = replace(made.facts, kind=kind, timers=timers)  # type: ignore[arg-type]  # a literal
    return fold(State(), [APP, started("x1", NOW, "/", "Chrome"), replace(made, facts=facts)])


def test_a_cookie_that_is_not_opened_has_no_store_that_is_known() -> None:
    (field,) = store_fields(app_with("unknown"), "a", NOW)
    assert field.value == "not known: its cookie is not opened"


def test_a_cookie_that_was_only_sent_is_not_said_to_open() -> None:
    line = line_of(SessionLoaded(at=NOW, session="a", sub="u", origin="rule"))
    assert "open" not in " ".join(line)


def test_the_header_says_how_the_app_s_sessions_travel() -> None:
    kinds = {kind: status(app_with(kind), NOW).kind for kind in ("stateful", "stateless")}
    assert kinds == {"stateful": "stateful", "stateless": "stateless"}
    assert status(app_with("unknown"), NOW).kind == "format unknown"
    assert status(fold(State(), [APP]), NOW).kind == "no session yet"
    assert status(fold(State(), [replace(APP, kind="stateful")]), NOW).kind == "stateful"


def test_only_the_lab_s_own_cookies_are_said_to_be_encrypted() -> None:
    assert pane_titles(app_with("stateless")) == ("In the browser", "Inside the session")
    lab = fold(State(), [server(NOW)])
    assert pane_titles(lab) == ("In the browser, encrypted", "Decrypted")


def ladder_line(max_age: float, lifetime: str) -> tuple[str, str]:
    line = cookie("a", NOW, "x1")
    assert isinstance(line, CookieSet)
    line = replace(line, max_age=max_age, lifetime=lifetime)
    rows = timer_rows(fold(app_with("stateless"), [line]), "a", NOW)
    return next((row.label, row.left) for row in rows if row.name == "cookie")


def test_the_ladder_names_the_attribute_and_counts_no_absurd_days() -> None:
    assert ladder_line(59, "Expires=Thu, 09 Oct 2025 08:54:19 GMT")[0] == "cookie Expires"
    assert ladder_line(59, "")[0] == "cookie Max-Age"
    assert ladder_line(1e11, f"Max-Age={'9' * 23}") == ("cookie Max-Age", "> 400 d")

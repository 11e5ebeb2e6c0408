"""Browsers that drop or change the cookie are named."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.keeping import header_bytes, verdicts_of
from tests.inspector.sample import NOW, cookie, login, server, swept

HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]


def test_browsers_that_drop_the_cookie_are_named() -> None:
    secure = cookie("alice", NOW, "x2")
    assert isinstance(secure, CookieSet)
    state = fold(State(), [*HERE, replace(secure, secure=True)])
    said = [text for text, _ in verdicts_of(state, "alice", NOW)]
    assert any(
        text.startswith("Safari would drop it (a rule, not tried): Secure on http") for text in said
    )
    assert "Chrome, Firefox keep it" in said
    assert header_bytes(state, "alice") == 169
    assert (verdicts_of(state, "nobody", NOW), header_bytes(state, "nobody")) == ((), 0)


def test_cookies_that_all_browsers_keep_are_one_sentence() -> None:
    state = fold(State(), HERE)
    assert verdicts_of(state, "alice", NOW) == (("Chrome, Firefox, Safari keep it", "good"),)


def test_a_session_without_a_live_cookie_has_no_verdict() -> None:
    state = fold(State(), [*HERE, swept("alice", NOW, "x2", "__session")])
    assert verdicts_of(state, "alice", NOW) == ()

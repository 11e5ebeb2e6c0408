"""Sentences name keys by their actions; no text from outside can."""

from __future__ import annotations

from session_inspector.inspector.model.words.key_names import mark_keys, replace_key_names
from session_inspector.inspector.model.words.text import safe


def test_a_key_is_put_where_its_action_is_named() -> None:
    text = mark_keys("press <login>, then <undo_revoke>; 4 < 5 > 3")
    assert "login>" not in text
    spelled = replace_key_names(text, {"login": "l", "undo_revoke": "U"}.__getitem__)
    assert spelled == "press l, then U; 4 < 5 > 3"


def test_what_comes_from_outside_names_no_key() -> None:
    assert replace_key_names("<login>", str.upper) == "<login>"
    assert replace_key_names(safe(mark_keys("<login>")), str.upper) == "<E000>login<E001>"

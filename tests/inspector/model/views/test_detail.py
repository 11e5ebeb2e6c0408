"""Contents are decoded and masked; hostile ones are drawn harmlessly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.core.events.process import AppStarted
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionSeen,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.decoders.evidence import NO_SEAL, NO_SECRET
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold, update
from session_inspector.inspector.model.views.detail import (
    content_fields,
    sealed_fields,
    store_fields,
)
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.model.words.text import safe
from tests.inspector.sample import (
    JWT,
    NOW,
    cookie,
    sample_events,
    server,
    started,
    swept,
    written,
)

STATE = fold(State(), sample_events())


def by_label(fields: tuple[Field, ...]) -> dict[str, Field]:
    return {field.label: field for field in reversed(fields)}


def test_tokens_are_decoded_to_claims_and_stay_masked() -> None:
    fields = content_fields(STATE, "alice", NOW)
    found = by_label(fields)
    assert found["accessToken"].secret == Secret.of(JWT)
    assert found["accessToken"].value.startswith("JWT ••••••")
    assert found["iss"].value == "http://op.test/"
    assert found["exp"].value == "1760003600  2025-10-09 09:53:20 UTC (in 01:00:00)"
    assert found["refreshToken"].value.startswith("opaque ••••••")
    assert all(JWT not in field.value for field in fields)


def test_the_sealed_side_shows_parts_and_masks_the_value() -> None:
    found = by_label(sealed_fields(STATE, "alice", NOW))
    assert found["iv"].value == "16 characters"
    assert found["header"].value == "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0"
    assert found["key"].value == "(none: dir)"
    assert found["value"].secret is not None
    assert found[""].value == "Chrome, Firefox, Safari keep it"


def test_the_store_side_tells_the_row_or_that_there_is_none() -> None:
    assert by_label(store_fields(STATE, "alice", NOW))["row"].value == "there"
    gone = by_label(store_fields(STATE, "carol", NOW))
    assert (gone["row"].value, gone["why"].value) == ("gone", "deleted (revoked)")
    assert "the cookie is the session" in store_fields(STATE, "bob", NOW)[0].value
    late = by_label(store_fields(STATE, "alice", NOW + 90_000))["row"]
    assert late.value.startswith("expired; it stays")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("JSON", "9 B of JSON"), ("pickle", "9 B of pickle"), ("", "9 B as the store has it")],
)
def test_the_store_side_says_how_a_row_is_written(encoding: str, said: str) -> None:
    event = written("s", NOW, "x1")
    facts = replace(event.facts, size=9, encoding=encoding)
    state = update(STATE, replace(event, facts=facts))
    assert by_label(store_fields(state, "s", NOW))["data"].value == said


def test_nothing_is_known_of_an_unknown_session() -> None:
    assert (content_fields(STATE, "x", NOW), store_fields(STATE, "x", NOW)) == ((), ())


@given(st.text())
def test_hostile_text_is_made_visible(text: str) -> None:
    drawn = safe(text)
    assert all(char.isprintable() or char == " " for char in drawn)


@given(st.text(), st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_hostile_claims_are_drawn_whatever_they_hold(name: str, value: object) -> None:
    event = written("h", NOW, "x1", who=("u", name or "n"))
    facts = replace(event.facts, data={name: value}, name=name)  # type: ignore[dict-item]  # any tree
    state = update(State(), replace(event, facts=facts))
    for field in content_fields(state, "h", NOW):
        assert (field.label + field.value).isprintable()
    assert timeline_rows(state)


def test_long_text_is_cut_with_its_length() -> None:
    assert safe("x" * 3000).endswith("… (3000 characters)")
    assert len(safe("x" * 1_000_000)) < 2100


def test_escapes_and_bidi_are_shown() -> None:
    assert safe("a\x1b[31mb\u202ec\n") == "a␛[31mb<202E>c⏎"


def test_what_was_not_opened_says_so_and_how_it_opens() -> None:
    facts = replace(written("x", NOW, "x1").facts, data={}, unverified=NO_SECRET.reason)
    state = fold(State(), [SessionSeen(at=NOW, session="x", facts=facts)])
    lack, fix = content_fields(state, "x", NOW)
    assert (lack.label, lack.value) == ("not opened", "no secret was given")
    assert (fix.label, "--secret S, or --env FOLDER" in fix.value) == ("fix", True)
    started = fold(state, [AppStarted(at=NOW, command="node app.js", pid=7)])
    (_, fix) = content_fields(started, "x", NOW)
    assert fix.value == "start it again with --secret S", "`run` has no --env"
    shown = replace(facts, data={"a": 1}, unverified=NO_SEAL.reason)
    state = fold(State(), [SessionSeen(at=NOW, session="x", facts=shown)])
    assert [field.label for field in content_fields(state, "x", NOW)] == ["not verified", "a"]


def test_after_a_logout_the_browser_s_side_says_what_became_of_the_cookie() -> None:
    events: list[Event] = [
        replace(server(NOW), upstream="http://localhost:3000"),
        started("x1", NOW, "/login", "Chrome"),
        written("a", NOW, "x1", kind="stateless"),
    ]
    never = fold(State(), events)
    assert sealed_fields(never, "a", NOW) == (), "none was seen: the pane says so"
    sent = fold(never, [SessionLoaded(at=NOW, cause="x1", session="a", sub="u", origin="rule")])
    (brought, _) = sealed_fields(sent, "a", NOW)
    assert brought.value == "sent in x1; no line that sets it has been seen"
    live = fold(never, [cookie("a", NOW, "x1")])
    assert "no live cookie" not in by_label(sealed_fields(live, "a", NOW))
    late = by_label(sealed_fields(live, "a", NOW + 90_000))["no live cookie"]
    assert late.value == "the last one's time is over"
    over = SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason="logout")
    gone = fold(live, [over, swept("a", NOW + 1, "x2", "__session")])
    dead, source = sealed_fields(gone, "a", NOW + 2)
    assert (dead.label, source.value) == ("no live cookie", "seen: Set-Cookie in x2")
    assert dead.value == "x2 deleted it"

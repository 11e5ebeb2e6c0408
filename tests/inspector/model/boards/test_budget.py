"""The byte budget shows what a session costs, and what it might cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.core.events.base import COOKIES_BESIDE, SessionFacts
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.values import JsonObject, mask_object
from session_inspector.inspector.model.boards.budget import budget_fields, summarize_cost
from session_inspector.inspector.model.boards.costs import (
    WhatIf,
)
from session_inspector.inspector.model.facts.rows import Field
from tests.inspector.model.events import state_of

DATA: JsonObject = {
    "user": {"sub": "auth0|1", "name": 'Zoë "Z"'},
    "tokenSet": {"accessToken": "a" * 900, "idToken": "i" * 700, "expiresAt": 12},
    "internal": {"sid": "s", "createdAt": 1},
    "list": [1, "two", None],
}


def written(data: JsonObject = DATA, kind: str = "stateless") -> SessionWritten:
    facts = SessionFacts(
        kind=kind,  # type: ignore[arg-type]  # a literal
        sub="u",
        size=len(stringify(data)),
        data=mask_object(data),
    )
    return SessionWritten(at=1, cause="x1", session="s", reason="login", facts=facts)


def labelled(fields: tuple[Field, ...], text: str) -> Field:
    return next(field for field in fields if text in whole(field))


def whole(field: Field) -> str:
    """All that a line shows."""
    return f"{''.join(piece for piece, _ in field.lead)}{field.label} {field.value}"


def test_what_if_drops_adds_and_grows_until_browsers_drop_it() -> None:
    state = state_of(written())
    plain = budget_fields(state, "s", WhatIf(), 1)
    assert "1 cookie;" in labelled(plain, "as a stateless cookie").value
    less = budget_fields(state, "s", WhatIf(dropped=frozenset({"tokenSet.idToken"})), 1)
    assert int(labelled(less, "as a stateless cookie").value.split()[0]) < 1800
    assert labelled(less, "✗ tokenSet.idToken").tone == "dim"
    more = budget_fields(state, "s", WhatIf(audiences=2), 1)
    assert "2 cookies;" in labelled(more, "as a stateless cookie").value
    huge = budget_fields(state, "s", WhatIf(grown=12_000), 1)
    assert "DROPPED by browsers" in labelled(huge, "without chunking").value
    assert "refused with 431" in labelled(huge, "at Node").value
    assert "159 B in 1 cookie" in labelled(huge, "as a stateful cookie").value
    assert budget_fields(state, "nobody", WhatIf(), 1) == ()


@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_of_a_row_that_was_not_read_no_cost_is_shown(kind: str) -> None:
    """As of express-session's MemoryStore. The near miss: a cookie that holds one member."""
    state = state_of(written({"id": "k" * 32}, kind))
    fields = budget_fields(state, "s", WhatIf(), 1)
    is_shown = any("as a stateless cookie" in whole(field) for field in fields)
    assert is_shown is (kind == "stateless")
    assert bool(summarize_cost(state, "s", WhatIf())) is is_shown
    if kind == "stateful":
        assert labelled(fields, "Payload").value.startswith("not known: the cookie holds the id")


def test_the_cost_is_summed_up_in_a_few_words() -> None:
    state = state_of(written())
    assert summarize_cost(state, "s", WhatIf()).startswith("stateless: ")
    assert summarize_cost(state, "s", WhatIf(audiences=2)).endswith("B in 2 cookies")
    assert summarize_cost(state, "s", WhatIf(grown=1)).startswith("what if: ")
    assert summarize_cost(state, "nobody", WhatIf()) == ""


def test_without_a_request_the_header_is_not_known() -> None:
    fields = budget_fields(state_of(written()), "s", WhatIf(), 1)
    assert labelled(fields, "sent").value == "no request of this browser has been seen yet"
    assert labelled(fields, "none").value == "no live cookie has been seen"


def test_a_large_member_is_marked() -> None:
    fields = budget_fields(state_of(written()), "s", WhatIf(), 1)
    assert labelled(fields, "tokenSet.accessToken").tone == "warn"
    assert labelled(fields, "user.sub").tone == "plain"


def test_what_could_not_be_read_has_no_payload_and_no_what_if() -> None:
    state = state_of(written({COOKIES_BESIDE: {"sid": "GET /login"}}, "unknown"))
    fields = budget_fields(state, "s", WhatIf(), 1)
    assert labelled(fields, "Payload").value == "not known: nothing inside could be read"
    assert not any("What if" in whole(field) or "JSON" in whole(field) for field in fields)
    assert summarize_cost(state, "s", WhatIf()) == ""


def test_a_row_that_is_no_json_says_what_its_bytes_are() -> None:
    event = written(kind="stateful")
    for encoding, head in (("MessagePack", "of MessagePack; its members as JSON"), ("", "its row")):
        facts = replace(event.facts, encoding=encoding)
        state = state_of(replace(event, facts=facts))
        assert head in labelled(budget_fields(state, "s", WhatIf(), 1), "Payload").value
    plain = budget_fields(state_of(event), "s", WhatIf(), 1)
    assert "bytes of JSON, the largest" in labelled(plain, "Payload").value

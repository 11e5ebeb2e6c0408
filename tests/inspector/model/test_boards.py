"""The boards are computed right: sizes to the byte, lanes, trees, steps, verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import KeyRing, seal_text
from session_inspector.devserver.core.events.base import CookieSeen, SessionFacts
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.login import (
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    TokenMinted,
    TokenRefused,
)
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject, Secret, mask_object
from session_inspector.inspector.model.boards.budget import (
    CHUNK,
    WhatIf,
    budget_fields,
    chunks_of,
    json_size,
    parts_of,
    sealed_size,
)
from session_inspector.inspector.model.boards.logins import login_fields
from session_inspector.inspector.model.boards.registry import BOARDS, Look, tabs, title_of
from session_inspector.inspector.model.boards.requests import BUSY, FEW, HERE, laid_out
from session_inspector.inspector.model.boards.rows import NEWEST, row_fields
from session_inspector.inspector.model.boards.scenarios import scenario_fields
from session_inspector.inspector.model.boards.tokens import token_fields
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.busy import busy_events
from tests.inspector.sample import NOW as SAMPLE_NOW
from tests.inspector.sample import written as written_row

NOW = 1_000.0
DATA: JsonObject = {
    "user": {"sub": "auth0|1", "name": 'Zoë "Z"'},
    "tokenSet": {"accessToken": "a" * 900, "idToken": "i" * 700, "expiresAt": 12},
    "internal": {"sid": "s", "createdAt": 1},
    "list": [1, "two", None],
}


def state_of(*events: Event) -> State:
    state = State()
    for number, event in enumerate(events, 1):
        object.__setattr__(event, "seq", number)  # as the journal numbers them
        state = fold(state, [event])
    return state


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


def test_sizes_add_up_to_the_byte_although_tokens_are_masked() -> None:
    shown = mask_object(DATA)
    assert json_size(shown) == len(stringify(DATA))
    parts = sum(count for _, count in parts_of(shown, WhatIf()))
    assert abs(parts - len(stringify(DATA))) <= len(DATA) + 6  # commas and braces


@given(st.integers(0, 40_000))
def test_the_sealed_size_is_that_of_a_real_cookie(size: int) -> None:
    assert sealed_size(size) == len(seal_text(b"x" * size, KeyRing(["s" * 32])))


def test_chunks_of_a_value() -> None:
    assert [chunks_of(size) for size in (1, CHUNK, CHUNK + 1, 3 * CHUNK)] == [1, 1, 2, 3]


def test_what_if_drops_adds_and_grows_until_browsers_drop_it() -> None:
    state = state_of(written())
    plain = budget_fields(state, "s", WhatIf())
    assert "1 cookie;" in labelled(plain, "as a stateless cookie").value
    less = budget_fields(state, "s", WhatIf(dropped=frozenset({"tokenSet.idToken"})))
    assert int(labelled(less, "as a stateless cookie").value.split()[0]) < 1800
    assert labelled(less, "✗ tokenSet.idToken").tone == "dim"
    more = budget_fields(state, "s", WhatIf(audiences=2))
    assert "2 cookies;" in labelled(more, "as a stateless cookie").value
    huge = budget_fields(state, "s", WhatIf(grown=12_000))
    assert "DROPPED by browsers" in labelled(huge, "without chunking").value
    assert "refused with 431" in labelled(huge, "at Node").value
    assert "159 B in 1 cookie" in labelled(huge, "as a stateful cookie").value
    assert budget_fields(state, "nobody", WhatIf()) == ()


def started(exchange: str, path: str = "/", *cookies: str, party: str = "app") -> ExchangeStarted:
    return ExchangeStarted(
        at=1,
        cause=exchange,
        exchange=exchange,
        method="GET",
        path=path,
        client="lab:a",
        party=party,  # type: ignore[arg-type]  # a literal
        cookies=tuple(CookieSeen(name=name, size=9) for name in cookies),
    )


def ended(exchange: str, location: str = "") -> ExchangeEnded:
    return ExchangeEnded(
        at=2, cause=exchange, exchange=exchange, status=200, duration=0.1, location=location
    )


def test_requests_beside_each_other_have_lanes_of_their_own() -> None:
    fields = laid_out(
        [started("a"), started("b"), ended("a"), started("c"), ended("c"), ended("b")]
    )
    lanes = ["".join(piece for piece, _ in field.lead[1:]).rstrip() for field in fields]
    assert {len(field.lead) for field in fields} == {1 + FEW + 1}, "as many as are used"
    assert lanes == [
        HERE,
        f"{BUSY}{HERE}",
        f"{HERE}{BUSY}",
        f"{HERE}{BUSY}",
        f"{HERE}{BUSY}",
        f" {HERE}",
    ]
    assert "‖ 2 at once" in fields[2].value


def test_what_the_app_asks_the_provider_is_no_request_beside_its_own() -> None:
    fields = laid_out(
        [started("a"), started("b", "/oauth/token", party="provider"), ended("b"), ended("a")]
    )
    assert all("at once" not in field.value for field in fields)


def test_lanes_are_drawn_up_to_the_last_that_is_used() -> None:
    fields = laid_out([started(name) for name in "abcdefgh"])
    assert {len(field.lead) for field in fields} == {1 + 8 + 1}


def minted(token: str, parent: str = "") -> TokenMinted:
    return TokenMinted(
        at=1,
        cause="x2",
        token="refresh",
        value=Secret.of(token),
        sub="u",
        sid="p",
        parent=parent,
        expires=NOW + 9000,
    )


def test_a_family_is_a_tree_and_reuse_kills_it() -> None:
    first, second = Secret.of("one").digest, Secret.of("two").digest
    alive = state_of(minted("one"), minted("two", first))
    fates = {d: token.fate for d, token in alive.tokens.by_digest.items()}
    assert fates == {first: "exchanged", second: "current"}
    assert "2 tokens" in token_fields(alive, NOW)[0].value
    reused = TokenRefused(
        at=2, cause="x3", token="refresh", digest=first, code="refresh_reused", reason="r"
    )
    dead = state_of(minted("one"), minted("two", first), reused)
    fates = {d: token.fate for d, token in dead.tokens.by_digest.items()}
    assert fates == {first: "reused", second: "revoked"}
    shown = token_fields(dead, NOW)
    assert (shown[0].tone, "DEAD" in shown[0].value) == ("bad", True)
    assert "· from x3" in labelled(shown, "refused").value


BEGAN = LoginStarted(at=1, cause="x1", login="L", transaction_cookie="__txn_a", return_to="/x")
TO = "http://op/authorize?state=•••&nonce=•••&code_challenge=•••&code_challenge_method=S256"


def steps(*events: Event) -> dict[str, str]:
    fields = login_fields(state_of(started("x1"), BEGAN, ended("x1", TO), *events))
    return {field.lead[1][0].strip(): field.lead[0][0].strip() for field in fields[1:]}


def test_a_good_login_has_each_step() -> None:
    done = LoginSucceeded(at=2, cause="x5", login="L", sub="u")
    found = steps(
        started("x3", "/authorize?state=•••", party="provider"),
        ended("x3"),
        started("x5", "/auth/callback?code=•••", "__txn_a"),
        minted("one"),
        done,
    )
    assert found == {
        "transaction cookie set": "·",
        "sent to the provider": "✓",
        "answered by the provider": "✓",
        "callback with the same state": "✓",
        "transaction cookie came back": "✓",
        "code exchanged for tokens": "✓",
        "ID token verified": "✓",
        "session created": "✓",
    }


@pytest.mark.parametrize(
    ("step", "broken"),
    [
        ("state", "callback with the same state"),
        ("transaction", "transaction cookie came back"),
        ("exchange", "code exchanged for tokens"),
        ("id_token", "ID token verified"),
    ],
)
def test_the_failing_step_is_marked_and_the_rest_waits(step: str, broken: str) -> None:
    failed = LoginFailed(at=2, cause="x5", login="L", step=step, code="c", reason="why")  # type: ignore[arg-type]  # a literal
    found = steps(started("x5", "/auth/callback?code=•••"), failed)
    assert found[broken] == "✕"
    assert found["session created"] == "·"


def test_a_callback_without_a_login_is_a_row_of_its_own() -> None:
    failed = LoginFailed(at=2, cause="x5", login="", step="state", code="c", reason="why")
    fields = login_fields(state_of(started("x5", "/auth/callback?code=•••"), failed))
    assert (fields[0].value, fields[0].tone) == ("failed, 0.00 s", "bad")


def test_a_scenario_shows_its_steps_and_its_verdict() -> None:
    def told(text: str, *, is_verdict: bool = False) -> ScenarioTold:
        return ScenarioTold(
            at=1, cause="c1", scenario="logins", text=text, is_ok=True, is_verdict=is_verdict
        )

    playing = scenario_fields(state_of(told("one")), ())
    assert (playing[0].value, playing[0].tone) == ("is being played", "warn")
    done = scenario_fields(state_of(told("one"), told("well", is_verdict=True)), ())
    assert [field.value for field in done[:2]] == ["well", "one"]
    assert done[0].lead[0] == ("✔ ", "good")


def test_what_can_be_played_is_listed_with_its_keys() -> None:
    listed = scenario_fields(State(), [("s", "stampede", "all at once")])
    assert (whole(listed[-1]), listed[-1].key) == (
        "p s  stampede         all at once ",
        "play stampede",
    )


def test_every_board_draws_an_empty_state() -> None:
    look = Look(state=State(), session="", now=NOW, whatif=WhatIf())
    for board in BOARDS:
        assert bool(board.fields(look)) != bool(board.empty)  # one of both says what to press
        assert title_of(board, look)
        assert board.about
    assert [tab.key for tab in tabs(State(), "")] == ["1", *(board.key for board in BOARDS)]
    assert sum(len(tab.short) + 4 for tab in tabs(State(), "")) <= 82  # the last gap may go


def test_rows_of_a_store_are_counted_by_their_use_and_long_lists_in_part() -> None:
    state = fold(State(), busy_events())
    fields = row_fields(state, SAMPLE_NOW)
    found = {field.lead[1][0].strip(): field.value.split()[0] for field in fields[1:5]}
    assert found == {
        "live": "1",
        "expired, not deleted": "1",
        "no browser seen": "1",
        "never ends": "1",
    }
    many = [written_row(f"s{number}", SAMPLE_NOW, "") for number in range(NEWEST + 5)]
    head = row_fields(fold(State(), many), SAMPLE_NOW)[0]
    assert f"of the newest {NEWEST:,} sessions" in head.value
    assert row_fields(State(), SAMPLE_NOW) == ()

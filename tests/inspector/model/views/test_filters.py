"""The filter box: each word must fit, and a wrong one is named."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.filters import KEYS, compile_filter
from session_inspector.inspector.model.views.session_summary import SessionSummary
from tests.inspector.sample import NOW, sample_events

STATE = fold(State(), sample_events())


def is_kept(query: str, session: str = "alice") -> bool:
    return compile_filter(query).keep(SessionSummary(STATE, STATE.sessions[session], NOW))


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("ALICE", True),
        ("user:archer", True),
        ("user:archer state:expired", False),
        ("kind:stateful", True),
        ("kind:stateless", False),
        ("client:lab", True),
        ("size:<159.5", False),
        ("size:>0.1kb", True),
        ("expires:<1d", True),
        ("expires:>30h", False),
        ("-user:archer", False),
        ("!state:live", False),
        ("-state:expired -bob", True),
        ("-size:>1m", True),
        ("-alice", False),
        ("-", True),
    ],
)
def test_all_words_must_fit(query: str, fits: bool) -> None:
    assert is_kept(query) == fits
    assert compile_filter(query).problem == ""


def test_a_limit_itself_is_neither_more_nor_less() -> None:
    size = SessionSummary(STATE, STATE.sessions["alice"], NOW).size
    assert [is_kept(f"size:{mark}{size}") for mark in "<>"] == [False, False]


def test_what_is_over_has_no_time_left() -> None:
    assert not is_kept("expires:<1d", "dave")
    assert not is_kept("expires:>1s", "dave")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("size:big", "size:big is not an amount; write it like size:>4k"),
        ("-size:big", "size:big is not an amount; write it like size:>4k"),
        ("size:>4q", "size:>4q is not an amount; write it like size:>4k"),
        ("expires:soon", "expires:soon is not an amount; write it like expires:<10m"),
        ("nothing:here", f"nothing: is not a filter key; use {', '.join(KEYS)} or plain words"),
    ],
)
def test_a_wrong_word_is_named_and_keeps_everything(query: str, problem: str) -> None:
    assert compile_filter(query).problem == problem
    assert is_kept(f"alice {query}", "bob")

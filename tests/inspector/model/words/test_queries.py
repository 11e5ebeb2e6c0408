"""The language of the filters: every word must fit, `-` turns one round, a wrong one is named."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.numbers import MILLISECONDS, PLAIN
from session_inspector.inspector.model.words.queries import (
    Amount,
    Vocabulary,
    compile_query,
    toggle_word,
)

WORDS: Vocabulary[dict[str, str]] = Vocabulary(
    has_word=lambda row, word: word in " ".join(row.values()).lower(),
    parts={"path": lambda row: row["path"]},
    beginnings={"status": lambda row: row["status"]},
    amounts={
        "status": Amount(lambda row: float(row["status"]), PLAIN, "status:>399"),
        "ms": Amount(lambda row: float(row["ms"]) if row["ms"] else None, MILLISECONDS, "ms:>100"),
    },
    flags={"problem": lambda row: row["status"] == "500", "open": lambda row: not row["ms"]},
)
ROW = {"path": "/API/me", "status": "404", "ms": "250"}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("", True),
        ("api", True),
        ("path:api/me", True),
        ("path:other", False),
        ("status:4", True),
        ("status:40", True),
        ("status:04", False),
        ("status:>399 status:<405", True),
        ("status:>404", False),
        ("ms:>0.2s", True),
        ("ms:<250", False),
        ("-ms:<250", True),
        ("!path:api", False),
        ("is:problem", False),
        ("-is:problem", True),
        ("is:prob", False),
        ("is:", True),
        ("api -status:5", True),
    ],
)
def test_all_words_must_fit(query: str, fits: bool) -> None:
    found = compile_query(query, WORDS)
    assert (found.keep(ROW), found.problem) == (fits, "")


def test_what_is_not_measured_is_neither_more_nor_less() -> None:
    for query in ("ms:>0", "ms:<9"):
        assert not compile_query(query, WORDS).keep({**ROW, "ms": ""})


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("ms:big", "ms:big is not an amount; write it like ms:>100"),
        ("status:>4x", "status:>4x is not an amount; write it like status:>399"),
        ("is:odd", "is:odd is not known; use is:problem is:open"),
        ("user:bob", "user: is not a filter key; use path, status, ms, is or plain words"),
    ],
)
def test_a_wrong_word_is_named_and_keeps_everything(query: str, problem: str) -> None:
    found = compile_query(f"nothing-of-it {query}", WORDS)
    assert (found.keep(ROW), found.problem) == (True, problem)


def test_a_word_is_put_in_and_taken_out_beside_others() -> None:
    once = toggle_word("user:bob", "is:problem")
    assert once == "user:bob is:problem"
    assert toggle_word(once, "is:problem") == "user:bob"

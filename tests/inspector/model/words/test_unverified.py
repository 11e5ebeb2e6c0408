"""Codes of cookies that nobody verified are said in words."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.words.unverified import (
    NOT_VERIFIED,
    spell_code,
    unverified_title,
)


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("no_secret", f"{NOT_VERIFIED}: no secret of this app is known"),
        ("wrong_secret", f"{NOT_VERIFIED}: no secret that was given fits"),
        ("another", NOT_VERIFIED),
    ],
)
def test_a_code_has_a_title(code: str, title: str) -> None:
    assert unverified_title(code) == title


def test_another_code_may_have_a_title_of_its_own() -> None:
    assert unverified_title("another", "not so") == "not so"


@pytest.mark.parametrize(
    ("code", "words"),
    [("chunk_gap", "chunk gap"), ("ERR_JWE_DECRYPTION_FAILED", "ERR_JWE_DECRYPTION_FAILED")],
)
def test_our_own_codes_are_spelt_in_words_and_a_library_s_stay(code: str, words: str) -> None:
    assert spell_code(code) == words

"""One filter means the same in every store."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.querying.filters import RowFacts, parse_filter

ZOE = RowFacts(user="auth0|Zoë-1", left=600.0, size=4096.0)


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("", True),
        ("user:zoë", True),
        ("user:ZOË", True),
        ("user:bob", False),
        ("-user:bob", True),
        ("!user:zoë", False),
        ("expires:<10m", False),  # the very second
        ("expires:<601s", True),
        ("expires:>9m", True),
        ("size:>4k", False),
        ("size:>4095b", True),
        ("size:<4k", False),
        ("user:zoë size:>1k -expires:>1h", True),
    ],
)
def test_all_words_must_fit(words: str, fits: bool) -> None:
    assert parse_filter(words).keeps(ZOE) is fits


def test_what_has_no_end_or_size_never_fits_an_amount() -> None:
    row = RowFacts(user="", left=None, size=None)
    for words in ("expires:<1d", "expires:>0s", "size:>0", "size:<1m"):
        assert not parse_filter(words).keeps(row)


@pytest.mark.parametrize(
    "words",
    [
        "zoe",
        "users:zoe",
        "user:",
        "expires:10m",
        "expires:<ten",
        "size:>4q",
        "-",
        "size:>" + "9" * 40,
        "\x1b[31m:a",
    ],
)
def test_another_word_is_refused_in_one_line(words: str) -> None:
    with pytest.raises(InputError, match=r"--filter .* Fix: user:zoe expires:<10m size:>4k"):
        parse_filter(words)


def test_an_engine_is_asked_for_what_each_writer_of_json_spells_alike() -> None:
    assert list(parse_filter("user:auth0|zoë/é-1").user_parts()) == ["auth0|zo"]
    assert list(parse_filter('user:"ë"').user_parts()) == []


def test_what_is_turned_round_or_hidden_is_for_us_to_check() -> None:
    wanted = parse_filter("-user:zoe -size:>4k expires:<1m")
    assert list(wanted.user_parts()) == []
    assert list(wanted.bounds("size")) == []
    assert len(list(wanted.bounds("expires"))) == 1
    hidden = wanted.hide("expires")
    assert list(hidden.bounds("expires")) == []
    assert hidden.names == ["user", "size", "expires"]

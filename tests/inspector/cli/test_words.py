"""Words that argparse would read otherwise: an app's command, and spans with a minus."""

from __future__ import annotations

import pytest

from session_inspector.inspector.cli.words import join_spans, split_command


def test_other_commands_keep_their_separator() -> None:
    assert split_command(["decode", "--", "run"]) == (["decode", "--", "run"], [])
    assert split_command(["serve"]) == (["serve"], [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("reseal x --issued -30m", "reseal x --issued=-30m"),
        ("reseal x --expires -2", "reseal x --expires=-2"),
        ("reseal x --issued +1h", "reseal x --issued +1h"),
        ("reseal x --issued --json", "reseal x --issued --json"),
        ("reseal x --issued -30minutes", "reseal x --issued -30minutes"),
        ("reseal x --issued -", "reseal x --issued -"),
        ("reseal -30m", "reseal -30m"),
    ],
)
def test_a_span_with_a_minus_is_the_value_of_its_flag(words: str, expected: str) -> None:
    assert join_spans(words.split()) == expected.split()

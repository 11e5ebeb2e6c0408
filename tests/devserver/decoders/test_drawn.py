"""Which values look drawn by lot."""

from __future__ import annotations

import pytest

from session_inspector.devserver.decoders.drawn import looks_drawn


@pytest.mark.parametrize(
    "value",
    [
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "Zx81-kQ2mVb7LtRw0PyHs9Gd",
        "0AAB6C8DE415E2A1A4A3B6A6D1C2F3E4",
    ],
)
def test_ids_look_drawn(value: str) -> None:
    assert looks_drawn(value)


@pytest.mark.parametrize(
    "value", ["dark", "en-US-and-many-more-words", "1760000000000000", "a" * 40]
)
def test_words_and_time_stamps_do_not(value: str) -> None:
    assert not looks_drawn(value)

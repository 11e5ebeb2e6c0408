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
        "AjWFPrZsgeiy-iKIfxdDWMJJ",
        "QbTfKzRnWcYhGdPsLmVxJaEu",
        "48215093771640285519",
        "eyJ1c2VyIjoiYWxpY2UifQ",
    ],
)
def test_ids_look_drawn(value: str) -> None:
    assert looks_drawn(value)


@pytest.mark.parametrize(
    "value", ["dark", "en-US-and-many-more-words", "1760000000000000", "a" * 40]
)
def test_words_and_time_stamps_do_not(value: str) -> None:
    assert not looks_drawn(value)


@pytest.mark.parametrize(
    "value",
    [
        "eyJvayI6IldlbGNvbWUifQ",
        "eyJlcnJvciI6Ildyb25nIHBhc3N3b3JkIn0=",
        "darkModeEnabledForAllOfTheirPages",
        "userpreferencesdarkmodeenabled",
        "NEVER-SHOW-THE-BANNER-AGAIN",
        "1760000000000000000",
    ],
)
def test_what_somebody_has_written_does_not(value: str) -> None:
    """A message in Base64, words in camel case, a moment in nanoseconds."""
    assert not looks_drawn(value)


@pytest.mark.parametrize(
    "value", ["http://127.0.0.1:45481/a?b=1", "2026-11-30T16:39:21.481Z", "2026-11-30_16-39-21.481"]
)
def test_addresses_and_dates_do_not(value: str) -> None:
    assert not looks_drawn(value)


def test_an_id_that_begins_like_a_date_looks_drawn() -> None:
    assert looks_drawn("2026-11-30-Zx81kQ2mVb7LtRw0PyHs9Gd")

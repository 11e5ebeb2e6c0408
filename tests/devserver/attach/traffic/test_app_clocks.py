"""How far an app's clock is from ours, by the Date of its responses: whole seconds, and no luck."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.app_clocks import AppClocks, measure_offset

APP = "localhost:3000"
NOW = 1_760_000_000.25


@pytest.mark.parametrize("offset", [-90, 90, -3, 4, 86_400])
@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.999])
def test_a_date_shows_the_whole_seconds_that_a_clock_is_off(offset: int, fraction: float) -> None:
    answered = 1_760_000_000 + fraction
    date = float(int(answered + offset))
    assert abs(measure_offset(date, answered - 0.01, answered) - offset) <= 1


@pytest.mark.parametrize("date", [NOW - 2.25, NOW - 0.25, NOW + 1.25])
def test_a_date_of_now_shows_no_offset(date: float) -> None:
    assert measure_offset(date, NOW, NOW) == 0


def test_a_date_from_while_the_request_was_under_way_shows_no_offset() -> None:
    """The app took its Date, and then worked for a minute."""
    assert measure_offset(NOW - 59, NOW - 60, NOW) == 0
    assert measure_offset(NOW - 64, NOW - 60, NOW) == -64


def test_the_first_response_is_believed_and_one_odd_date_later_is_not() -> None:
    clocks = AppClocks()
    assert clocks.offset_of(APP) == 0
    clocks.note(APP, NOW - 90, NOW, NOW)
    assert clocks.offset_of(APP) == -90
    clocks.note(APP, NOW - 9000, NOW, NOW)
    clocks.note(APP, NOW - 89, NOW, NOW)
    clocks.note(APP, NOW - 9000, NOW, NOW)
    assert clocks.offset_of(APP) == -90


def test_a_clock_that_was_set_is_believed_at_its_second_response() -> None:
    clocks = AppClocks()
    clocks.note(APP, NOW - 90, NOW, NOW)
    clocks.note(APP, NOW, NOW, NOW)
    assert clocks.offset_of(APP) == -90
    clocks.note(APP, NOW + 1, NOW + 1, NOW + 1)
    assert clocks.offset_of(APP) == 0


def test_each_app_has_its_own_clock() -> None:
    clocks = AppClocks()
    clocks.note(APP, NOW - 90, NOW, NOW)
    clocks.note("api.localhost:4000", NOW, NOW, NOW)
    assert (clocks.offset_of(APP), clocks.offset_of("api.localhost:4000")) == (-90, 0)
